-- expect: in-place
-- forbid: DROP INDEX
-- from
-- ALTER INDEX does it
create schema app;
create table app.item (id integer primary key, a integer, b integer[]);
create index a_idx on app.item (a) with (fillfactor = 90, deduplicate_items = off);
create index b_idx on app.item using gin (b) with (fastupdate = off);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer[]);
create index a_idx on app.item (a) with (fillfactor = 50);
create index b_idx on app.item using gin (b) with (gin_pending_list_limit = 512);
