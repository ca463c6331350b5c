-- from
create schema app;
create function app.f(a integer) returns integer language sql immutable as 'select a + 1';
create table app.item (id integer primary key, n integer default app.f(1));
create view app.v as select id, app.f(id)::text as f from app.item;

-- rows
insert into app.item values (1, 5);

-- to
create schema app;
create function app.f(a integer) returns bigint language sql immutable as 'select a::bigint + 1';
create table app.item (id integer primary key, n integer default app.f(1));
create view app.v as select id, app.f(id)::text as f from app.item;
