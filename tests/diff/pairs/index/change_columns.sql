-- want: CREATE INDEX CONCURRENTLY
-- want: DROP INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create index item_idx on app.item (name);

-- to
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create index item_idx on app.item (name, qty desc nulls last);
