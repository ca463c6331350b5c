-- expect: in-place
-- want: NOT VALID
-- from
create schema app;
create table app.parent (id integer not null);
create table app.child (own integer) inherits (app.parent);
create table app.part (id integer not null) partition by range (id);
create table app.part_1 partition of app.part for values from (1) to (10);

-- rows
insert into app.child values (1, 2);
insert into app.part values (3);

-- to
create schema app;
create table app.parent (id integer not null, constraint id_positive check (id > 0));
create table app.child (own integer) inherits (app.parent);
create table app.part (id integer not null, constraint part_positive check (id > 0)) partition by range (id);
create table app.part_1 partition of app.part for values from (1) to (10);
