-- expect: in-place
-- forbid: DROP VIEW
-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.a as select id, name from app.item where id > 1;
create view app.b with (security_barrier) as select id from app.a where id > 2;
create view app.c as select id from app.a where id > 3 with local check option;
create view app.d as select id from app.a where id > 3 with cascaded check option;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.a with (security_barrier = true) as select id, name from app.item where id > 1 with cascaded check option;
create view app.b as select id from app.a where id > 2 with local check option;
create view app.c as select id from app.a where id > 3 with cascaded check option;
create view app.d as select id from app.a where id > 3;
