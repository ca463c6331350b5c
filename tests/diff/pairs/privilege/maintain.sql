-- since: 17
-- expect: in-place
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.a (id integer);
create table app.b (id integer);
grant all on app.a to pair_reader;

-- to
create schema app;
create table app.a (id integer);
create table app.b (id integer);
grant select on app.a to pair_reader;
grant maintain on app.b to pair_reader with grant option;
