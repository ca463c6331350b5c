-- since: 17
-- setup
create schema ext;
create extension btree_gist with schema ext;
create schema app;

-- from
create table app.moved (room integer, during tsrange, constraint moved_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.moved_1 partition of app.moved for values in (1) partition by list (room);
create table app.moved_1_1 partition of app.moved_1 for values in (1);
alter table app.moved_1_1 rename constraint moved_1_1_room_during_excl to inner_excl;
create table app.alone (room integer, during tsrange, constraint alone_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.alone_1 partition of app.alone for values in (1);
create table app.gone (room integer, during tsrange, constraint gone_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.gone_1 partition of app.gone for values in (1);
create table app.free (room integer, during tsrange, constraint free_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.free_1 partition of app.free for values in (1);

-- rows
insert into app.moved values (1, '[2024-01-01,2024-01-02)');
insert into app.alone values (1, '[2024-01-01,2024-01-02)');

-- to
create table app.moved (room integer, during tsrange, constraint moved_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.moved_1 partition of app.moved for values in (1, 2) partition by list (room);
create table app.moved_1_1 partition of app.moved_1 for values in (1);
alter table app.moved_1_1 rename constraint moved_1_1_room_during_excl to inner_excl;
create table app.alone (room integer, during tsrange, constraint alone_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.alone_1 (room integer, during tsrange, constraint alone_1_room_during_excl exclude using gist (room with =, during with &&));
create table app.gone (room integer, during tsrange) partition by list (room);
create table app.gone_1 partition of app.gone for values in (1);
create table app.free (room integer, during tsrange, constraint free_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.free_1 (room integer, during tsrange);
