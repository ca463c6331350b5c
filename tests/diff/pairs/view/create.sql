-- from
create schema app;
create table app.item (id integer primary key, name text);

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.item_names as select id, name from app.item where name is not null;
create view app.item_count (n) as select count(*) from app.item_names;
