-- want: CREATE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create index a_idx on app.item (a, b);
create index b_idx on app.item (b desc);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create index a_idx on app.item (a desc, b nulls first);
create index b_idx on app.item (b desc nulls last);
