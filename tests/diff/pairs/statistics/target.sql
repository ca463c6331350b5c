-- expect: in-place
-- want: SET STATISTICS
-- forbid: DROP STATISTICS
-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create statistics app.one on a, b from app.item;
create statistics app.two on id, b from app.item;
alter statistics app.one set statistics 500;

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create statistics app.one on a, b from app.item;
create statistics app.two on id, b from app.item;
alter statistics app.two set statistics 0;
