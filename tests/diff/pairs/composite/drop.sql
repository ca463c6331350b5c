-- from
create schema app;
create type app.address as (street text, city text);
create type app.person as (name text, home app.address);
create function app.name(p app.person) returns text language sql as 'select p.name';

-- to
create schema app;
