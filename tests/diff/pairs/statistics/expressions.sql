-- since: 14
-- from
create schema app;
create table app.item (id integer primary key, a integer, c text);
create statistics app.one (mcv) on (a + 1), c from app.item;

-- rows
insert into app.item values (1, 2, 'x');

-- to
create schema app;
create table app.item (id integer primary key, a bigint, c text);
create statistics app.one (mcv, dependencies) on (a + 1), lower(c) from app.item;
create statistics app.two on (a % 10) from app.item;
