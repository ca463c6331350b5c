-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key);

-- rows
insert into app.item values (1);

-- to
create schema app;
create table app.item (id integer primary key, state text not null default 'new');
