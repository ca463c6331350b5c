-- from
create schema app;
create function app.f(a integer) returns integer language sql as 'select a + 1';
create function app.f(a text) returns integer language sql as 'select length(a)';
create procedure app.p() language sql as 'select 1';

-- to
create schema app;
create function app.f(a text) returns integer language sql as 'select length(a)';
