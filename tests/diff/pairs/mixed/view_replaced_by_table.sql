-- from
create schema app;
create table app.base (id integer primary key, name text);
create view app.thing as select id, name from app.base;
create view app.over_thing as select id from app.thing;

-- rows
insert into app.base values (1, 'a');

-- to
create schema app;
create table app.base (id integer primary key, name text);
create table app.thing (id integer primary key, name text);
create view app.over_thing as select id from app.thing;
