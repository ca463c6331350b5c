-- since: 14
-- from
create schema app;
create table app.item (id integer primary key, n integer);
create view app.a as select id, n from app.item;
create function app.count_a() returns bigint language sql stable begin atomic select count(*) from app.a; end;
create view app.b as select app.count_a() as n;

-- to
create schema app;
create table app.item (id integer primary key, n integer);
create view app.a as select id, n::text as n from app.item;
create function app.count_a() returns bigint language sql stable begin atomic select count(*) from app.a where n <> ''; end;
create view app.b as select app.count_a() as n, 1 as one;
