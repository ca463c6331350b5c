-- expect: in-place
-- want: CREATE OR REPLACE VIEW
-- forbid: DROP VIEW
-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id, name from app.item;
create view app.b as select name from app.a;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id, upper(name) as name from app.item where id > 5 order by id;
create view app.b as select name from app.a;
