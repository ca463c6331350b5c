-- expect: in-place
-- want: SET LOGGED
-- from
create schema app;
create unlogged table app.item (id integer primary key);

-- rows
insert into app.item values (1), (2);

-- to
create schema app;
create table app.item (id integer primary key);
