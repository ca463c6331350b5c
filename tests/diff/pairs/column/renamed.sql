-- expect: data-loss
-- from
-- a tool may offer a rename, but must not guess it
create schema app;
create table app.item (id integer primary key, title text);

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create table app.item (id integer primary key, name text);
