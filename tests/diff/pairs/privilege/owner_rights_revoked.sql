-- expect: in-place
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, name text);
alter table app.item owner to pair_owner;

-- to
create schema app;
create table app.item (id integer primary key, name text);
alter table app.item owner to pair_owner;
revoke insert, truncate on app.item from pair_owner;
