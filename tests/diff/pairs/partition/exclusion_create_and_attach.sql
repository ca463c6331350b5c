-- since: 17
-- setup
create schema ext;
create extension btree_gist with schema ext;
create schema app;

-- from
create table app.stay (room integer, during tsrange, constraint stay_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.stay_1 (room integer, during tsrange, constraint stay_1_room_during_excl exclude using gist (room with =, during with &&));
create table app.plain (room integer, during tsrange) partition by list (room);
create table app.plain_1 partition of app.plain for values in (1);

-- rows
insert into app.stay_1 values (1, '[2024-01-01,2024-01-02)');

-- to
create table app.stay (room integer, during tsrange, constraint stay_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.stay_1 partition of app.stay for values in (1);
create table app.stay_2 partition of app.stay for values in (2) partition by list (room);
create table app.stay_2_2 partition of app.stay_2 for values in (2);
alter table app.stay_2_2 rename constraint stay_2_2_room_during_excl to "Excl ""2""";
comment on constraint "Excl ""2""" on app.stay_2_2 is 'the only one';
create table app.plain (room integer, during tsrange, constraint plain_excl exclude using gist (room with =, during with &&)) partition by list (room);
create table app.plain_1 partition of app.plain for values in (1);
comment on index app.plain_1_room_during_excl is 'its index';
