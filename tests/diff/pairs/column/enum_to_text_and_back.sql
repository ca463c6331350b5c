-- expect: in-place
-- want: USING
-- from
create schema app;
create type app.mood as enum ('sad', 'ok');
create table app.item (id integer primary key, a app.mood not null default 'ok', b text not null default 'ok');

-- rows
insert into app.item values (1, 'sad', 'ok');

-- to
create schema app;
create type app.mood as enum ('sad', 'ok');
create table app.item (id integer primary key, a text not null default 'ok', b app.mood not null default 'ok');
