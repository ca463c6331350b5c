-- expect: in-place
-- forbid: DROP TABLE
-- from
create schema app;
create table app.item (kind text) partition by list (kind);
create table app.item_a partition of app.item for values in ('a', 'b');
create table app.item_b partition of app.item for values in ('c');
create table app.item_rest partition of app.item default;

-- rows
insert into app.item values ('a'), ('c'), ('z');

-- to
create schema app;
create table app.item (kind text) partition by list (kind);
create table app.item_a partition of app.item for values in ('a');
create table app.item_b partition of app.item for values in ('c', 'b');
create table app.item_rest partition of app.item for values in ('z', null);
