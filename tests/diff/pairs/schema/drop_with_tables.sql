-- expect: data-loss
-- from
create schema app;
create schema old;
create table old.log (id integer primary key, line text);

-- rows
insert into old.log values (1, 'a'), (2, 'b');

-- to
create schema app;
