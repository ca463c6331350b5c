-- from
create schema app;

-- to
create schema app;
create table app.p1 (id integer not null, name text default 'a', common integer, constraint common_positive check (common > 0));
create table app.p2 (name text default 'b', common integer, constraint common_positive check (common > 0));
create table app.child (own integer, name text default 'c') inherits (app.p1, app.p2);
create table app.grandchild (id integer primary key) inherits (app.child);
