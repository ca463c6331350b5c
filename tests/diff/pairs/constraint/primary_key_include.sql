-- expect: in-place
-- from
create schema app;
create table app.item (id integer, n integer, constraint item_pkey primary key (id));

-- rows
insert into app.item values (1, 1);

-- to
create schema app;
create table app.item (id integer, n integer, constraint item_pkey primary key (id) include (n) with (fillfactor = 70));
