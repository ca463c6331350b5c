-- expect: in-place
-- want: USING
-- from
create schema app;
create table app.item (id integer primary key, amount text default '5');

-- rows
insert into app.item values (1, '10'), (2, '-3'), (3, null);

-- to
create schema app;
create table app.item (id integer primary key, amount integer default 5);
