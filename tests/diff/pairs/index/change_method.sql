-- want: CREATE INDEX CONCURRENTLY
-- want: DROP INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a text, b int4range, c integer[]);
create index a_idx on app.item (a);
create index b_idx on app.item using gist (b);
create index c_idx on app.item (c);

-- to
create schema app;
create table app.item (id integer primary key, a text, b int4range, c integer[]);
create index a_idx on app.item using hash (a);
create index b_idx on app.item using spgist (b);
create index c_idx on app.item using gin (c) with (fastupdate = off);
