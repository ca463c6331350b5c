-- expect: in-place
-- from
create schema app;
create table app.item (
  id integer primary key,
  a integer constraint a_key unique,
  b integer constraint b_key unique deferrable,
  c integer constraint c_key unique deferrable initially deferred
);

-- rows
insert into app.item values (1, 1, 1, 1);

-- to
create schema app;
create table app.item (
  id integer primary key,
  a integer constraint a_key unique deferrable initially deferred,
  b integer constraint b_key unique,
  c integer constraint c_key unique deferrable
);
