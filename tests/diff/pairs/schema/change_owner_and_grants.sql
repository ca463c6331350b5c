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
grant usage on schema app to public;
create table app.item (id integer primary key);

-- rows
insert into app.item values (1);

-- to
create schema app authorization pair_owner;
grant usage on schema app to pair_reader with grant option;
grant create on schema app to pair_reader;
create table app.item (id integer primary key);
