-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, a jsonb, b text, c integer);

-- rows
insert into app.item values (1, '{"a": 1}', '{x,y}', 5);

-- to
create schema app;
create table app.item (id integer primary key, a json, b text[], c text);
