-- expect: in-place
-- want: ALTER POLICY
-- forbid: DROP POLICY
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key);
create policy a on app.item to pair_tenant using (true);
create policy b on app.item using (true);
create policy c on app.item to pair_tenant, pair_reader using (true);

-- to
create schema app;
create table app.item (id integer primary key);
create policy a on app.item to pair_tenant, pair_reader using (true);
create policy b on app.item to pair_reader using (true);
create policy c on app.item using (true);
