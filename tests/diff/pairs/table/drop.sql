-- expect: data-loss
-- from
create schema app;
create table app.keep (id integer primary key);
create table app.item (id integer primary key, keep_id integer references app.keep);

-- rows
insert into app.keep values (1);
insert into app.item values (1, 1);

-- to
create schema app;
create table app.keep (id integer primary key);
