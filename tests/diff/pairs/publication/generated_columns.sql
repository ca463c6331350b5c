-- since: 18
-- expect: in-place
-- want: ALTER PUBLICATION
-- from
create schema app;
create table app.a (id integer primary key, n integer generated always as (id + 1) stored);
create publication pub for table app.a;

-- to
create schema app;
create table app.a (id integer primary key, n integer generated always as (id + 1) stored);
create publication pub for table app.a with (publish_generated_columns = stored);
