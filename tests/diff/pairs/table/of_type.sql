-- expect: in-place
-- from
create schema app;
create type app.place as (name text, lat float8);
create table app.a (name text, lat float8);
create table app.b of app.place;

-- rows
insert into app.a values ('x', 1.5);
insert into app.b values ('y', 2.5);

-- to
create schema app;
create type app.place as (name text, lat float8);
create table app.a of app.place;
create table app.b (name text, lat float8);
