-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
-- what the defaults would grant is not always what is wanted
create schema app;
alter default privileges in schema app grant select on tables to pair_reader;
alter default privileges revoke execute on functions from public;

-- to
create schema app;
alter default privileges in schema app grant select on tables to pair_reader;
alter default privileges revoke execute on functions from public;
create table app.plain (id integer);
create table app.closed (id integer);
revoke all on app.closed from pair_reader;
create function app.closed() returns integer language sql as 'select 1';
create function app.open() returns integer language sql as 'select 1';
grant execute on function app.open() to public;
