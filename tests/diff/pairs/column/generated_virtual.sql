-- since: 18
-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, qty integer, b integer generated always as (qty + 1) virtual);

-- rows
insert into app.item values (1, 2);

-- to
create schema app;
create table app.item (id integer primary key, qty integer, a integer generated always as (qty * 2) virtual, b integer generated always as (qty + 1) virtual not null);
