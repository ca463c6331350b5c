-- want: CREATE (UNIQUE )?INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create index a_idx on app.item (a);
create unique index b_idx on app.item (b) include (a);

-- rows
insert into app.item values (1, 1, 1), (2, 2, 2);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer);
create unique index a_idx on app.item (a) include (b);
create index b_idx on app.item (b);
