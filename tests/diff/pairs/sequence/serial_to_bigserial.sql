-- expect: in-place
-- from
create schema app;
create table app.item (id serial primary key, name text);

-- rows
insert into app.item (name) values ('a'), ('b');

-- to
create schema app;
create table app.item (id bigserial primary key, name text);
