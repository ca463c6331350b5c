-- expect: in-place
-- forbid: RESTART
-- from
-- shrinking the type must not start again: the next id would be taken
create schema app;
create sequence app.s;
create table app.item (id integer primary key default nextval('app.s'));

-- rows
insert into app.item select from generate_series(1, 50);

-- to
create schema app;
create sequence app.s as integer cache 10;
create table app.item (id integer primary key default nextval('app.s'));
