-- expect: in-place
-- want: SET STATISTICS
-- forbid: DROP INDEX
-- from
create schema app;
create table app.item (id integer primary key, a text, b integer);
create index a_idx on app.item (lower(a), (b + 1));
alter index app.a_idx alter column 2 set statistics 50;

-- to
create schema app;
create table app.item (id integer primary key, a text, b integer);
create index a_idx on app.item (lower(a), (b + 1));
alter index app.a_idx alter column 1 set statistics 300;
