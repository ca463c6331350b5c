-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, name text, qty integer);

-- rows
insert into app.item values (1, 'A', 2);

-- to
create schema app;
create table app.item (id integer primary key, name text, qty integer, low text generated always as (lower(name)) stored, twice integer generated always as (qty * 2) stored not null);
