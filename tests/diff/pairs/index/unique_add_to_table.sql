-- want: CREATE UNIQUE INDEX CONCURRENTLY
-- from
create schema app;
create table app.item (id integer primary key, a text);

-- rows
insert into app.item values (1, 'a'), (2, 'b');

-- to
create schema app;
create table app.item (id integer primary key, a text);
create unique index item_a_lower on app.item (lower(a)) where a <> '';
comment on index app.item_a_lower is 'no two alike';
