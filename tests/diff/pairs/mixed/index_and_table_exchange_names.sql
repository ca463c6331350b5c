-- expect: data-loss
-- from
create schema app;
create table app.item (id integer, n integer);
create table app.one (id integer);
create index two on app.item (n);

-- rows
insert into app.one values (1);

-- to
create schema app;
create table app.item (id integer, n integer);
create index one on app.item (n);
create table app.two (id integer);
