-- from
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create view app.a as select id, name, qty from app.item;
create view app.r as select id, name as old_name from app.item;
create view app.b as select id from app.a;

-- to
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create view app.a as select id, qty from app.item;
create view app.r as select id, name as new_name from app.item;
create view app.b as select id from app.a;
