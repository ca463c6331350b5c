-- expect: in-place
-- want: CREATE UNIQUE INDEX CONCURRENTLY
-- want: USING INDEX
-- from
create schema app;
create table app.item (id integer primary key, code text);

-- rows
insert into app.item values (1, 'a'), (2, 'b');

-- to
create schema app;
create table app.item (id integer primary key, code text constraint item_code_key unique);
