-- expect: in-place
-- from
-- both sides change their type; the key stays
create schema app;
create table app.p (id integer primary key);
create table app.c (id integer primary key, p_id integer references app.p);

-- rows
insert into app.p values (1);
insert into app.c values (1, 1);

-- to
create schema app;
create table app.p (id bigint primary key);
create table app.c (id integer primary key, p_id bigint references app.p);
