-- expect: in-place
-- want: CREATE UNIQUE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer, n integer);

-- rows
insert into app.item values (1, 1), (2, 2);

-- to
create schema app;
create table app.item (id integer primary key, n integer);
