-- from
-- the one that was below is above now
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id, name from app.item;
create view app.b as select id, name from app.a;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.b as select id, name from app.item;
create view app.a as select id, name from app.b;
