-- from
create schema app;
create table app.a (id serial primary key, n bigserial);
create table app.b (id integer primary key);

-- rows
insert into app.a select from generate_series(1, 3);
insert into app.b values (1), (2);

-- to
create schema app;
create table app.a (id integer primary key, n bigint not null);
create table app.b (id serial primary key);
