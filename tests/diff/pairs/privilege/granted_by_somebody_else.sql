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
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, name text);
alter table app.item owner to pair_owner;
grant usage on schema app to pair_reader;
grant select on app.item to pair_reader with grant option;

-- to
create schema app;
create table app.item (id integer primary key, name text);
alter table app.item owner to pair_owner;
grant usage on schema app to pair_reader;
grant select on app.item to pair_reader with grant option;
set role pair_reader;
grant select on app.item to pair_tenant;
reset role;
