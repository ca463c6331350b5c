-- expect: in-place
-- from
create schema app;
create table app.a (id integer primary key, up integer, b_id integer);
create table app.b (id integer primary key, a_id integer);

-- rows
insert into app.a values (1, 1, 1);
insert into app.b values (1, 1);

-- to
create schema app;
create table app.a (id integer primary key, up integer references app.a on delete cascade, b_id integer);
create table app.b (id integer primary key, a_id integer references app.a);
alter table app.a add foreign key (b_id) references app.b deferrable initially deferred;
