-- since: 15
-- expect: in-place
-- forbid: DROP PUBLICATION
-- from
create schema app;
create schema other;
create table app.a (id integer primary key, n integer, secret text);
create table app.b (id integer primary key, n integer);
create publication pub for table app.a (id, n), app.b where (id > 5);
create publication sch for tables in schema app;

-- to
create schema app;
create schema other;
create table app.a (id integer primary key, n integer, secret text);
create table app.b (id integer primary key, n integer);
create publication pub for table app.a (id) where (id > 1 and n <> 5), app.b;
create publication sch for tables in schema other, table app.a;
