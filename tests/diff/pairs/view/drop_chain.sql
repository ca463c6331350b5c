-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id, name from app.item;
create view app.b as select id from app.a;
create view app.c as select id from app.b join app.a using (id);

-- to
create schema app;
create table app.item (id integer primary key, name text);
