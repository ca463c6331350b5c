-- expect: in-place
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
create schema app;
alter default privileges for role pair_owner revoke execute on functions from public;
alter default privileges for role pair_owner revoke usage on types from public;
alter default privileges for role pair_owner grant select on tables to pair_reader;
alter default privileges for role pair_owner grant usage on schemas to pair_reader;
alter default privileges for role pair_owner in schema app grant usage on sequences to pair_reader;

-- to
create schema app;
alter default privileges for role pair_owner revoke all on tables from pair_owner;
