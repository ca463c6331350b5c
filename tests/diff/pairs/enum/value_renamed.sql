-- forbid: DROP TABLE
-- from
-- looks like one removed and one added at the same place; a tool may offer the rename, but must not guess it
create schema app;
create type app.state as enum ('new', 'dun', 'lost');
create table app.job (id integer primary key, state app.state not null default 'new');

-- rows
insert into app.job values (1, 'new'), (2, 'lost');

-- to
create schema app;
create type app.state as enum ('new', 'done', 'lost');
create table app.job (id integer primary key, state app.state not null default 'new');
