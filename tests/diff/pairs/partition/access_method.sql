-- since: 17
-- expect: in-place
-- setup
create access method other_heap type table handler heap_tableam_handler;
create schema app;

-- from
create table app.said (id integer) partition by list (id) using heap;
create table app.silent (id integer) partition by list (id);
create table app.other (id integer) partition by list (id) using other_heap;
create table app.other_1 partition of app.other for values in (1);

-- rows
insert into app.other values (1);

-- to
create table app.said (id integer) partition by list (id);
create table app.silent (id integer) partition by list (id) using heap;
create table app.other (id integer) partition by list (id) using heap;
create table app.other_1 partition of app.other for values in (1) using other_heap;
create table app.fresh (id integer) partition by list (id) using heap;
create table app.fresh_1 partition of app.fresh for values in (1);
create table app.fresh_2 partition of app.fresh for values in (2) using other_heap;
