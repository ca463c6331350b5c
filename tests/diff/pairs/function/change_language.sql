-- expect: in-place
-- from
create schema app;
create function app.f(a integer) returns integer language sql immutable as 'select a + 1';
create table app.item (id integer primary key, n integer generated always as (app.f(id)) stored);

-- rows
insert into app.item (id) values (1);

-- to
create schema app;
create function app.f(a integer) returns integer language plpgsql immutable as 'begin return a + 1; end';
create table app.item (id integer primary key, n integer generated always as (app.f(id)) stored);
