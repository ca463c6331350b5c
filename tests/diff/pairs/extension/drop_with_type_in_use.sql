-- expect: data-loss
-- from
create schema app;
create extension citext;
create table app.item (id integer primary key, name citext not null);

-- rows
insert into app.item values (1, 'A');

-- to
create schema app;
create table app.item (id integer primary key, name text not null);
