-- from
create schema app;
create function app.add_up(integer, integer) returns integer language sql immutable as 'select coalesce($1, 0) + $2';
create function app.take_off(integer, integer) returns integer language sql immutable as 'select $1 - $2';
create table app.item (id integer primary key);
create aggregate app.total(integer) (sfunc = app.add_up, stype = integer);
create view app.v as select app.total(id) as t from app.item;
comment on aggregate app.total(integer) is 'sum';

-- to
create schema app;
create function app.add_up(integer, integer) returns integer language sql immutable as 'select coalesce($1, 0) + $2';
create function app.take_off(integer, integer) returns integer language sql immutable as 'select $1 - $2';
create table app.item (id integer primary key);
create aggregate app.total(integer) (sfunc = app.add_up, stype = integer, initcond = '0', msfunc = app.add_up, minvfunc = app.take_off, mstype = integer);
create view app.v as select app.total(id) as t from app.item;
comment on aggregate app.total(integer) is 'sum';
