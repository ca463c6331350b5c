-- expect: in-place
-- from
-- the same rule, once as a constraint and once as a mere index
create schema app;
create table app.item (id integer primary key, a integer constraint item_a unique, b integer);
create unique index item_b on app.item (b);

-- rows
insert into app.item values (1, 1, 1);

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer constraint item_b unique);
create unique index item_a on app.item (a);
