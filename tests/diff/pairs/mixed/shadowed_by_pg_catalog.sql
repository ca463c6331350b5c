-- from
-- names that pg_catalog has too: they must stay qualified
create schema app;
create table app.pg_class (oid integer primary key, "text" text);

-- rows
insert into app.pg_class values (1, 'a');

-- to
create schema app;
create table app.pg_class (oid integer primary key, "text" text, "date" date);
create function app.lower(t text) returns text language sql immutable as 'select pg_catalog.upper(t)';
create domain app.text as pg_catalog.text check (value <> '');
create table app.uses (a app.text, b pg_catalog.text, constraint low check (app.lower(b) <> pg_catalog.lower(b)));
create function app.same(app.pg_class, app.pg_class) returns boolean language sql immutable as 'select $1.oid operator(pg_catalog.=) $2.oid';
create operator app.= (leftarg = app.pg_class, rightarg = app.pg_class, function = app.same);
create view app.v as select x operator(app.=) y as same, x operator(pg_catalog.=) y as really from app.pg_class x, app.pg_class y;
