-- since: 15
-- expect: in-place
-- forbid: DROP VIEW
-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id from app.item;
create view app.b with (security_invoker) as select id from app.item;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.a with (security_invoker = true) as select id from app.item;
create view app.b as select id from app.item;
