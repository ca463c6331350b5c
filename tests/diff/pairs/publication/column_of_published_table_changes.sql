-- since: 15
-- forbid: DROP TABLE
-- from
-- the filter and the column list depend on the column
create schema app;
create table app.a (id integer primary key, n integer, t text);
create publication pub for table app.a (id, n) where (n > 5);

-- rows
insert into app.a values (1, 2, 'x');

-- to
create schema app;
create table app.a (id integer primary key, n bigint, t text);
create publication pub for table app.a (id, n) where (n > 5);
