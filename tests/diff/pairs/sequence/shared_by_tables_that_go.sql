-- expect: data-loss
-- a sequence goes with the table that owns it: who else draws from it goes before
-- from
create schema app;
create sequence app.numbers;
create table app.animal (id integer default nextval('app.numbers'));
alter sequence app.numbers owned by app.animal.id;
create table app.plant (id integer default nextval('app.numbers'));
create table app.aged (id integer default nextval('app.numbers'));
create sequence app.left_seq;
create sequence app.right_seq;
create table app.left_side (id integer default nextval('app.left_seq'), other integer default nextval('app.right_seq'));
create table app.right_side (id integer default nextval('app.right_seq'), other integer default nextval('app.left_seq'));
alter sequence app.left_seq owned by app.left_side.id;
alter sequence app.right_seq owned by app.right_side.id;

-- to
create schema app;
