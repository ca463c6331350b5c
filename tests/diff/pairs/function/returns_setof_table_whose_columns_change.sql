-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, n integer);
create function app.items() returns setof app.item language sql stable as 'select * from app.item';
create function app.label(i app.item) returns text language sql immutable as 'select i.n::text';
create view app.v as select id, app.label(item) as l from app.item;

-- rows
insert into app.item values (1, 5);

-- to
create schema app;
create table app.item (id integer primary key, n bigint, added text);
create function app.items() returns setof app.item language sql stable as 'select * from app.item';
create function app.label(i app.item) returns text language sql immutable as 'select i.n::text';
create view app.v as select id, app.label(item) as l from app.item;
