-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create index one on app.item (a);
create index two on app.item (b);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create index one on app.item (b);
create index two on app.item (a);
