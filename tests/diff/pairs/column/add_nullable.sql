-- expect: in-place
-- want: ADD COLUMN
-- from
create schema app;
create table app.item (id integer primary key);

-- rows
insert into app.item values (1);

-- to
create schema app;
create table app.item (id integer primary key, note text);
