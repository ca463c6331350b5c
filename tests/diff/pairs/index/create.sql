-- want: CREATE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, name text, qty integer);

-- rows
insert into app.item values (1, 'a', 2);

-- to
create schema app;
create table app.item (id integer primary key, name text, qty integer);
create index item_name_idx on app.item (name);
