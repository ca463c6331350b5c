-- since: 14
-- expect: in-place
-- want: CREATE OR REPLACE FUNCTION
-- from
create schema app;
create table app.item (id integer primary key, n integer);
create function app.f(i integer) returns integer language sql stable as 'select n from app.item where id = i';
create function app.g() returns integer language sql immutable return 1 + 1;

-- to
create schema app;
create table app.item (id integer primary key, n integer);
create function app.f(i integer) returns integer language sql stable begin atomic select n from app.item where id = i; end;
create function app.g() returns integer language sql immutable as 'select 1 + 1';
