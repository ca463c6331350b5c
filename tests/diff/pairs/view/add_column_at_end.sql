-- expect: in-place
-- want: CREATE OR REPLACE VIEW
-- forbid: DROP VIEW
-- from
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select id from app.item;
create view app.w as select id from app.v;

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select id, name from app.item;
create view app.w as select id from app.v;
