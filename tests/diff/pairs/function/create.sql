-- from
create schema app;

-- to
create schema app;
create function app.add(a integer, b integer default 1) returns integer language sql immutable strict parallel safe as 'select a + b';
create function app.add(a text, b text) returns text language plpgsql as $$ begin return a || b; end $$;
create procedure app.noop(inout n integer) language plpgsql as $$ begin n := n + 1; end $$;
