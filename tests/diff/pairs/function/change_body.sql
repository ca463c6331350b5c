-- expect: in-place
-- want: CREATE OR REPLACE FUNCTION
-- forbid: DROP FUNCTION
-- from
create schema app;
create function app.f(a integer) returns integer language sql immutable as 'select a + 1';
create table app.item (id integer primary key, n integer default app.f(1));

-- to
create schema app;
create function app.f(a integer) returns integer language sql immutable as 'select a + 2';
create table app.item (id integer primary key, n integer default app.f(1));
