-- expect: in-place
-- want: CLUSTER ON
-- want: SET WITHOUT CLUSTER
-- from
create schema app;
create table app.a (id integer primary key, n integer);
create table app.b (id integer primary key, n integer);
create table app.c (id integer primary key, n integer);
create index a_n on app.a (n);
create index b_n on app.b (n);
alter table app.a cluster on a_pkey;
alter table app.b cluster on b_n;

-- to
create schema app;
create table app.a (id integer primary key, n integer);
create table app.b (id integer primary key, n integer);
create table app.c (id integer primary key, n integer);
create index a_n on app.a (n);
create index b_n on app.b (n);
alter table app.a cluster on a_n;
alter table app.c cluster on c_pkey;
