-- from
create schema app;
create type app.mood as enum ('sad', 'ok');
create table app.person (id integer primary key, mood app.mood default 'ok');

-- rows
insert into app.person values (1, 'sad');

-- to
create schema app;
create table app.person (id integer primary key, mood text default 'ok');
