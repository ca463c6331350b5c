-- expect: in-place
-- want: DROP EXPRESSION
-- from
create schema app;
create table app.item (id integer primary key, qty integer, twice integer generated always as (qty * 2) stored, gone integer generated always as (qty + 1) stored);

-- rows
insert into app.item values (1, 2);

-- to
create schema app;
create table app.item (id integer primary key, qty integer, twice integer generated always as (qty * 2) stored, gone integer);
comment on column app.item.gone is 'an ordinary column now';
