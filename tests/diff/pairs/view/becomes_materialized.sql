-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select id, name from app.item;
create materialized view app.m as select id, name from app.item;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create materialized view app.v as select id, name from app.item;
create view app.m as select id, name from app.item;
