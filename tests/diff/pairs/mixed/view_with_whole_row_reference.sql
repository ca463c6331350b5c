-- expect: in-place
-- from
create schema app;
create table app.item (id integer primary key, name varchar(5));
create function app.show(app.item) returns text language sql stable as 'select $1::text';
create view app.v as select i as whole, i.*::text as t, app.show(i) as s from app.item i;
create view app.w as select (whole).name from app.v;

-- rows
insert into app.item values (1, 'a');

-- to
create schema app;
create table app.item (id integer primary key, name text, added integer default 3);
create function app.show(app.item) returns text language sql stable as 'select $1::text';
create view app.v as select i as whole, i.*::text as t, app.show(i) as s from app.item i;
create view app.w as select (whole).name from app.v;
