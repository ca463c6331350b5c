-- expect: in-place
-- from
create schema app;
create table app.p (id integer primary key);
create table app.c (
  id integer primary key,
  a integer constraint a_fk references app.p,
  b integer constraint b_fk references app.p on delete cascade,
  c integer constraint c_fk references app.p on delete set null on update cascade,
  d integer default 1 constraint d_fk references app.p on delete restrict,
  e integer constraint e_fk references app.p on update set null
);

-- rows
insert into app.p values (1);
insert into app.c values (1, 1, 1, 1, 1, 1);

-- to
create schema app;
create table app.p (id integer primary key);
create table app.c (
  id integer primary key,
  a integer constraint a_fk references app.p on delete cascade,
  b integer constraint b_fk references app.p on delete restrict,
  c integer constraint c_fk references app.p,
  d integer default 1 constraint d_fk references app.p on delete set default,
  e integer constraint e_fk references app.p on update cascade
);
