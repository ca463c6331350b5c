-- expect: in-place
-- from
create schema app;
create table app.a (id integer primary key, code text not null constraint a_code_key unique);
create table app.b (id integer primary key, code text not null constraint b_code_key unique);
create table app.c (id integer primary key, code text not null constraint c_code_key unique);
create table app.d (id integer primary key, code text not null constraint d_code_key unique);
alter table app.b replica identity using index b_code_key;
alter table app.c replica identity full;
alter table app.d replica identity nothing;

-- to
create schema app;
create table app.a (id integer primary key, code text not null constraint a_code_key unique);
create table app.b (id integer primary key, code text not null constraint b_code_key unique);
create table app.c (id integer primary key, code text not null constraint c_code_key unique);
create table app.d (id integer primary key, code text not null constraint d_code_key unique);
alter table app.a replica identity using index a_code_key;
alter table app.b replica identity full;
alter table app.c replica identity nothing;
