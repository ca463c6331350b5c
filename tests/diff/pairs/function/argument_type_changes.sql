-- from
create schema app;
create function app.f(a integer) returns integer language sql immutable as 'select 1';
create view app.v as select app.f(5) as f;
create table app.item (id integer primary key, n integer check (app.f(n) > 0));

-- rows
insert into app.item values (1, 2);

-- to
create schema app;
create function app.f(a bigint) returns integer language sql immutable as 'select 1';
create view app.v as select app.f(5) as f;
create table app.item (id integer primary key, n integer check (app.f(n) > 0));
