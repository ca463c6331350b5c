-- from
-- sequence, view, table, type, domain and matview change places
create schema app;
create sequence app.a;
create view app.b as select 1 as n;
create type app.c as enum ('x');
create domain app.d as integer;
create materialized view app.e as select 1 as n;
create function app.f() returns integer language sql as 'select 1';

-- to
create schema app;
create view app.a as select 1 as n;
create sequence app.b;
create domain app.c as text;
create type app.d as (x integer);
create table app.e (n integer);
create aggregate app.f(*) (sfunc = int8inc, stype = int8, initcond = '0');
