-- expect: in-place
-- from
create schema app;
create table app.parent (id integer not null, name text default 'p');
create table app.child (own text, name text default 'c') inherits (app.parent);
create table app.grandchild () inherits (app.child);

-- rows
insert into app.child values (1, 'a', 'b');
insert into app.grandchild values (2, 'c', 'd');

-- to
create schema app;
create table app.parent (id integer not null, name text default 'q', added integer default 3, constraint id_positive check (id > 0));
create table app.child (own text, name text default 'c') inherits (app.parent);
create table app.grandchild () inherits (app.child);
