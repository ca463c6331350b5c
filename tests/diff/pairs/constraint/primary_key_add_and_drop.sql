-- expect: in-place
-- from
create schema app;
create table app.a (id integer not null, n integer);
create table app.b (id integer constraint b_pkey primary key, n integer);

-- rows
insert into app.a values (1, 1);
insert into app.b values (1, 1);

-- to
create schema app;
create table app.a (id integer constraint a_pkey primary key, n integer);
create table app.b (id integer not null, n integer);
