-- expect: in-place
-- from
-- ALTER CONSTRAINT does it
create schema app;
create table app.p (id integer primary key);
create table app.c (
  id integer primary key,
  a integer constraint a_fk references app.p,
  b integer constraint b_fk references app.p deferrable,
  c integer constraint c_fk references app.p deferrable initially deferred
);

-- rows
insert into app.p values (1);
insert into app.c values (1, 1, 1, 1);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.c (
  id integer primary key,
  a integer constraint a_fk references app.p deferrable initially deferred,
  b integer constraint b_fk references app.p,
  c integer constraint c_fk references app.p deferrable
);
