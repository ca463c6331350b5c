-- expect: data-loss
-- from
create schema app;
create table app.base (id integer primary key, name text);
create table app.thing (id integer primary key, name text);

-- rows
insert into app.thing values (1, 'a');

-- to
create schema app;
create table app.base (id integer primary key, name text);
create view app.thing as select id, name from app.base;
