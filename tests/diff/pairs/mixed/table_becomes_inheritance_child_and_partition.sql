-- expect: in-place
-- from
create schema app;
create table app.parent (id integer not null, at date not null);
create table app.part (id integer not null, at date not null) partition by range (at);
create table app.one (id integer not null, at date not null, own text);
create table app.two (id integer not null, at date not null);
create table app.three (id integer not null, at date not null) inherits (app.parent);

-- rows
insert into app.one values (1, '2024-01-01', 'a');
insert into app.two values (2, '2024-01-01');
insert into app.three values (3, '2024-01-01');

-- to
create schema app;
create table app.parent (id integer not null, at date not null);
create table app.part (id integer not null, at date not null) partition by range (at);
create table app.one (id integer not null, at date not null, own text);
alter table app.one inherit app.parent;
create table app.two partition of app.part for values from ('2024-01-01') to ('2025-01-01');
create table app.three (id integer not null, at date not null);
