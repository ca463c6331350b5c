-- from
create schema app;
create function app.f(a integer, b integer default 1) returns integer language sql as 'select a + b';
create function app.g(a integer, b integer) returns integer language sql as 'select a + b';
create function app.h(a integer, b integer default 1) returns integer language sql as 'select a + b';
create view app.v as select app.f(1) as f, app.h(1, 2) as h;

-- to
create schema app;
create function app.f(a integer, b integer default 2) returns integer language sql as 'select a + b';
create function app.g(a integer, b integer default 3) returns integer language sql as 'select a + b';
create function app.h(a integer, b integer) returns integer language sql as 'select a + b';
create view app.v as select app.f(1) as f, app.h(1, 2) as h;
