-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, a integer not null, b integer not null);
create unique index item_key on app.item (a);
alter table app.item replica identity using index item_key;
alter table app.item cluster on item_key;

-- rows
insert into app.item values (1, 1, 1);

-- to
create schema app;
create table app.item (id integer primary key, a integer not null, b integer not null);
create unique index item_key on app.item (b);
alter table app.item replica identity using index item_key;
alter table app.item cluster on item_key;
