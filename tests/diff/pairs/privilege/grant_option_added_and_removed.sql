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
create table app.item (id integer primary key, name text);
grant select on app.item to pair_reader with grant option;
grant insert on app.item to pair_reader;
grant update (name) on app.item to pair_reader with grant option;

-- to
create schema app;
create table app.item (id integer primary key, name text);
grant select on app.item to pair_reader;
grant insert on app.item to pair_reader with grant option;
grant update (name) on app.item to pair_reader;
grant select (id, name), references (id) on app.item to pair_owner;
