-- from
create schema app;
create function app.f(a integer) returns void language sql as 'select 1';
create procedure app.p(a integer) language sql as 'select 1';

-- to
create schema app;
create procedure app.f(a integer) language sql as 'select 1';
create function app.p(a integer) returns void language sql as 'select 1';
