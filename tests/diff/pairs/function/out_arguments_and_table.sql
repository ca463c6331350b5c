-- from
create schema app;
create function app.f(out a integer, out b text) language sql as $$ select 1, 'x' $$;
create function app.g(n integer) returns table (a integer) language sql as 'select n';
create function app.h(inout n integer) language sql as 'select n';

-- to
create schema app;
create function app.f(out a integer, out b text, out c text) language sql as $$ select 1, 'x', 'y' $$;
create function app.g(n integer) returns table (a integer, b text) language sql as $$ select n, 'x' $$;
create function app.h(inout n integer, variadic rest text[] default '{}') language sql as 'select n';
