-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create statistics app.item_stats (ndistinct, dependencies) on a, b from app.item;
