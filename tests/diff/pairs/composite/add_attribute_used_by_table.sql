-- expect: in-place
-- want: ADD ATTRIBUTE
-- forbid: DROP TYPE
-- from
create schema app;
create type app.address as (street text, city text);
create table app.person (id integer primary key, home app.address);

-- to
create schema app;
create type app.address as (street text, city text, zip text);
create table app.person (id integer primary key, home app.address);
