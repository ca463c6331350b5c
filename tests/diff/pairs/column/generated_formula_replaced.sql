-- forbid: DROP TABLE
-- from
create schema app;
create table app.item (id integer primary key, qty integer, more integer generated always as (qty * 2) stored);
create index item_more_idx on app.item (more);
create view app.v as select more from app.item;

-- rows
insert into app.item values (1, 2);

-- to
create schema app;
create table app.item (id integer primary key, qty integer, more integer generated always as (qty * 3) stored);
create index item_more_idx on app.item (more);
create view app.v as select more from app.item;
