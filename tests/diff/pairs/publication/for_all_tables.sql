-- from
create schema app;
create table app.a (id integer primary key);
create publication pub for table app.a;

-- to
create schema app;
create table app.a (id integer primary key);
create publication pub for all tables with (publish = 'insert, truncate');
