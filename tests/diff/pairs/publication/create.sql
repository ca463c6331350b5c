-- from
create schema app;
create table app.item (id integer primary key, name text);

-- to
create schema app;
create table app.item (id integer primary key, name text);
create publication pub_item for table app.item with (publish = 'insert, update');
create publication pub_none;
