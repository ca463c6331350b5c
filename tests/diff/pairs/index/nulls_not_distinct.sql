-- since: 15
-- want: CREATE UNIQUE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a integer);
create unique index a_idx on app.item (a);

-- to
create schema app;
create table app.item (id integer primary key, a integer);
create unique index a_idx on app.item (a) nulls not distinct;
