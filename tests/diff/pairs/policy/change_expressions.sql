-- expect: in-place
-- want: ALTER POLICY
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, tenant text);
alter table app.item enable row level security;
create policy tenant_only on app.item to pair_tenant using (tenant = current_user) with check (tenant = current_user);

-- to
create schema app;
create table app.item (id integer primary key, tenant text);
alter table app.item enable row level security;
create policy tenant_only on app.item to pair_tenant using (tenant = current_setting('app.tenant', true)) with check (tenant = current_setting('app.tenant', true));
