-- expect: in-place
-- from
create schema app;
create table app.p (a integer, b integer, primary key (a, b));
create table app.c (id integer primary key, a integer, b integer, constraint c_fk foreign key (a, b) references app.p);

-- rows
insert into app.p values (1, 2);
insert into app.c values (1, 1, 2), (2, null, null);

-- to
create schema app;
create table app.p (a integer, b integer, primary key (a, b));
create table app.c (id integer primary key, a integer, b integer, constraint c_fk foreign key (a, b) references app.p match full);
