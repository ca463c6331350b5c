-- expect: in-place
-- want: SET SCHEMA
-- from
create schema app;
create schema ext;
create extension citext;
create table app.item (id integer primary key, name public.citext);

-- rows
insert into app.item values (1, 'A');

-- to
create schema app;
create schema ext;
create extension citext schema ext;
create table app.item (id integer primary key, name ext.citext);
