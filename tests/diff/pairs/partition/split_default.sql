-- from
-- the default partition is scanned, and its bound changes
create schema app;
create table app.item (kind text, n integer) partition by list (kind);
create table app.item_a partition of app.item for values in ('a');
create table app.item_rest partition of app.item default;

-- rows
insert into app.item values ('a', 1), ('c', 3);

-- to
create schema app;
create table app.item (kind text, n integer) partition by list (kind);
create table app.item_a partition of app.item for values in ('a');
create table app.item_rest partition of app.item default;
create table app.item_b partition of app.item for values in ('b');
