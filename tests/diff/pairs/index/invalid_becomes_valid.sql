-- want: CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a integer);
create index a_idx on app.item (a);
update pg_index set indisvalid = false where indexrelid = 'app.a_idx'::regclass;

-- to
create schema app;
create table app.item (id integer primary key, a integer);
create index a_idx on app.item (a);
