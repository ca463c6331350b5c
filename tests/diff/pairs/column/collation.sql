-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, a text, b text collate "C");
create index item_a_idx on app.item (a);

-- rows
insert into app.item values (1, 'a', 'b');

-- to
create schema app;
create table app.item (id integer primary key, a text collate "C", b text);
create index item_a_idx on app.item (a);
