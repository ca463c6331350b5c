-- want: CREATE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a text, b integer);
create index a_idx on app.item (lower(a));
create index b_idx on app.item (b) where b > 0;
create index c_idx on app.item (b) where a is null;

-- to
create schema app;
create table app.item (id integer primary key, a text, b integer);
create index a_idx on app.item (upper(a), (b + 1));
create index b_idx on app.item (b) where b > 10 and a like 'x%';
create index c_idx on app.item (b);
