-- since: 18
-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, a integer constraint a_there not null, b integer, c integer not null, d integer constraint d_there not null no inherit);

-- rows
insert into app.item values (1, 1, 1, 1, 1);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer constraint b_there not null, c integer constraint c_renamed not null, d integer constraint d_there not null);
