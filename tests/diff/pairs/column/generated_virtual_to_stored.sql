-- since: 18
-- from
create schema app;
create table app.item (id integer primary key, qty integer, a integer generated always as (qty * 2) virtual, b integer generated always as (qty * 3) stored);

-- rows
insert into app.item values (1, 2);

-- to
create schema app;
create table app.item (id integer primary key, qty integer, a integer generated always as (qty * 2) stored, b integer generated always as (qty * 3) virtual);
