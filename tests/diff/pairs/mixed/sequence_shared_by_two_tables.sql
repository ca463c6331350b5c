-- expect: in-place
-- from
create schema app;
create sequence app.ids;
create table app.a (id bigint primary key default nextval('app.ids'));
create table app.b (id bigint primary key default nextval('app.ids'));
alter sequence app.ids owned by app.a.id;

-- rows
insert into app.a default values;
insert into app.b default values;

-- to
create schema app;
create sequence app.ids;
create table app.a (id bigint primary key);
create table app.b (id bigint primary key default nextval('app.ids'));
create table app.c (id bigint primary key default nextval('app.ids'));
alter sequence app.ids owned by app.b.id;
