-- from
create schema app;
create function app.ok(t text) returns boolean language sql immutable as $$ select t <> '' $$;
create table app.item (id integer primary key, name text constraint name_ok check (app.ok(name)), other text);

-- rows
insert into app.item values (1, 'a', 'b');

-- to
create schema app;
create function app.fine(t text) returns boolean language sql immutable as $$ select t <> '' $$;
create table app.item (id integer primary key, name text constraint name_ok check (app.fine(name)), other text constraint other_ok check (app.fine(other)));
