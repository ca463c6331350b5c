-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, a text, b text, c integer, d integer);
alter table app.item alter column a set storage external, alter column c set statistics 100, alter column d set (n_distinct = 5);

-- rows
insert into app.item values (1, 'a', 'b', 2, 3);

-- to
create schema app;
create table app.item (id integer primary key, a text, b text, c integer, d integer);
alter table app.item alter column a set storage main, alter column b set storage plain, alter column c set statistics 0, alter column d set (n_distinct_inherited = -0.2);
