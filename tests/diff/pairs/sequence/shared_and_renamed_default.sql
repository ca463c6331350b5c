-- from
create schema app;
create sequence app.one;
create table app.a (id bigint primary key default nextval('app.one'));
create table app.b (id bigint primary key default nextval('app.one'));

-- rows
insert into app.a select from generate_series(1, 2);
insert into app.b select from generate_series(1, 2);

-- to
create schema app;
create sequence app.one;
create sequence app.two;
create table app.a (id bigint primary key default nextval('app.one'));
create table app.b (id bigint primary key default nextval('app.two'));
alter sequence app.two owned by app.b.id;
