-- since: 18
-- from
create schema app;
create extension btree_gist;
create table app.room (id integer, during tsrange, primary key (id, during));
create table app.booking (id integer primary key, room integer, during tsrange);

-- rows
insert into app.room values (1, '[2024-01-01,2025-01-01)');
insert into app.booking values (1, 1, '[2024-02-01,2024-02-03)');

-- to
create schema app;
create extension btree_gist;
create table app.room (id integer, during tsrange, primary key (id, during without overlaps));
create table app.booking (id integer primary key, room integer, during tsrange, foreign key (room, period during) references app.room (id, period during));
