-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, amount integer not null default 0);

-- rows
insert into app.item values (1, 10), (2, -3);

-- to
create schema app;
create table app.item (id integer primary key, amount bigint not null default 0);
