-- expect: in-place
-- from
create schema app;
create table app.a (id integer);
create table app.b (id integer);
create table app.c (id integer);
create table app.d (id integer);
alter table app.b enable row level security;
alter table app.c enable row level security;
alter table app.c force row level security;
alter table app.d force row level security;

-- to
create schema app;
create table app.a (id integer);
create table app.b (id integer);
create table app.c (id integer);
create table app.d (id integer);
alter table app.a enable row level security;
alter table app.a force row level security;
alter table app.c enable row level security;
