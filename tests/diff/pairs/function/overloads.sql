-- from
create schema app;
create function app.f(integer) returns integer language sql as 'select 1';
create function app.f(text) returns integer language sql as 'select 2';
create function app.f(integer, integer) returns integer language sql as 'select 3';

-- to
create schema app;
create function app.f(integer) returns integer language sql as 'select 10';
create function app.f(integer, text) returns integer language sql as 'select 3';
create function app.f(text) returns integer language sql as 'select 2';
create function app.f(variadic integer[]) returns integer language sql as 'select 4';
