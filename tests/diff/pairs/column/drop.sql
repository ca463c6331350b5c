-- expect: data-loss
-- want: DROP COLUMN
-- from
create schema app;
create table app.item (id integer primary key, note text, name text);

-- rows
insert into app.item values (1, 'a', 'b');

-- to
create schema app;
create table app.item (id integer primary key, name text);
