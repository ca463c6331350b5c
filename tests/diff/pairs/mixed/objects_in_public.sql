-- expect: in-place
-- from
create table item (id integer primary key, name text);
create view v as select id from item;

-- rows
insert into item values (1, 'a');

-- to
create type mood as enum ('ok');
create table item (id integer primary key, name text, mood mood);
create view v as select id, mood from item;
