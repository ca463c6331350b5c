-- want: USING
-- forbid: DROP TABLE
-- from
create schema app;
create type app.mood as enum ('sad', 'ok', 'furious', 'happy');
create table app.person (id integer primary key, mood app.mood not null default 'ok');

-- rows
insert into app.person values (1, 'sad'), (2, 'happy');

-- to
create schema app;
create type app.mood as enum ('sad', 'ok', 'happy');
create table app.person (id integer primary key, mood app.mood not null default 'ok');
