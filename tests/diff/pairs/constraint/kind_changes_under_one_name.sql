-- expect: in-place
-- from
create schema app;
create table app.p (id integer primary key);
create table app.item (id integer primary key, a integer, constraint rule check (a > 0));

-- rows
insert into app.p values (1);
insert into app.item values (1, 1);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.item (id integer primary key, a integer, constraint rule foreign key (a) references app.p);
