-- want: CREATE INDEX CONCURRENTLY
-- from
create schema app;
create table app.a (id integer primary key, n integer);
create table app.b (id integer primary key, n integer);
create index n_idx on app.a (n);

-- to
create schema app;
create table app.a (id integer primary key, n integer);
create table app.b (id integer primary key, n integer);
create index n_idx on app.b (n);
