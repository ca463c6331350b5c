-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, a integer default 1, b integer, c timestamptz default now());

-- rows
insert into app.item values (1, 2, 3);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer default 7, c timestamptz default clock_timestamp());
