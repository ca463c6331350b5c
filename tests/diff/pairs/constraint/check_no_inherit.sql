-- expect: in-place
-- from
create schema app;
create table app.parent (id integer, constraint a check (id > 0), constraint b check (id > 1) no inherit);
create table app.child () inherits (app.parent);

-- rows
insert into app.parent values (5);
insert into app.child values (6);

-- to
create schema app;
create table app.parent (id integer, constraint a check (id > 0) no inherit, constraint b check (id > 1));
create table app.child () inherits (app.parent);
