-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key);

-- rows
insert into app.item values (1), (2);

-- to
create schema app;
create table app.item (id integer primary key, token uuid not null default gen_random_uuid(), seen timestamptz default clock_timestamp());
