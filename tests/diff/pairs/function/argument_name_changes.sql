-- from
-- CREATE OR REPLACE refuses: the function must go and come back
create schema app;
create function app.f(old_name integer, b text default 'x') returns text language sql immutable as 'select b';
create table app.item (id integer primary key, t text default app.f(1));
create view app.v as select app.f(id, t) as f from app.item;

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create function app.f(new_name integer, b text default 'x') returns text language sql immutable as 'select b';
create table app.item (id integer primary key, t text default app.f(1));
create view app.v as select app.f(id, t) as f from app.item;
