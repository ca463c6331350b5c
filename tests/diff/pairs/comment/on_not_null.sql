-- since: 18
-- from
create schema app;
create table app.item (id integer, name text, kind text constraint kind_there not null);
create table app.whole (id integer) partition by list (id);

-- to
create schema app;
create table app.item (
  id integer not null,
  name text constraint name_there not null,
  kind text constraint kind_there not null,
  added integer not null,
  later text constraint later_there not null
);
comment on constraint item_id_not_null on app.item is 'a';
comment on constraint name_there on app.item is 'b';
comment on constraint kind_there on app.item is 'c';
comment on constraint item_added_not_null on app.item is 'd';
comment on constraint later_there on app.item is 'e';
create table app.fresh (id integer not null, name text constraint fresh_name_there not null);
comment on constraint fresh_id_not_null on app.fresh is 'f';
comment on constraint fresh_name_there on app.fresh is 'g';
create table app.child () inherits (app.fresh);
comment on constraint fresh_id_not_null on app.child is 'h';
comment on constraint fresh_name_there on app.child is 'i';
create table app.whole (id integer, at date constraint at_there not null) partition by list (id);
create table app.whole_1 partition of app.whole for values in (1);
comment on constraint at_there on app.whole_1 is 'j';
