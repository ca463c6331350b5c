-- expect: in-place
-- from
create schema app;
create table app.parent (id integer constraint parent_pkey primary key, code integer not null constraint parent_code_key unique);
create table app.child (id integer primary key, parent_id integer constraint child_parent_fkey references app.parent (id));

-- rows
insert into app.parent values (1, 10);
insert into app.child values (1, 1);

-- to
create schema app;
create table app.parent (id integer not null constraint parent_id_key unique, code integer constraint parent_pkey primary key);
create table app.child (id integer primary key, parent_id integer constraint child_parent_fkey references app.parent (id));
