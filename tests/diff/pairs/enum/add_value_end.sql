-- expect: in-place
-- want: ADD VALUE
-- forbid: DROP TYPE
-- from
create schema app;
create type app.mood as enum ('sad', 'ok');
create table app.person (id integer primary key, mood app.mood not null default 'ok');

-- rows
insert into app.person values (1, 'sad'), (2, 'ok');

-- to
create schema app;
create type app.mood as enum ('sad', 'ok', 'happy');
create table app.person (id integer primary key, mood app.mood not null default 'ok');
