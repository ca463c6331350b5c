-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
-- only DROP and CREATE change these
create schema app;
create table app.item (id integer primary key, tenant text);
alter table app.item enable row level security;
create policy a on app.item for select using (tenant = current_user);
create policy b on app.item using (id > 0);
create policy c on app.item as restrictive for delete to pair_tenant using (id > 0);
create policy gone on app.item for insert with check (id > 0);

-- rows
insert into app.item values (1, 'x');

-- to
create schema app;
create table app.item (id integer primary key, tenant text);
alter table app.item enable row level security;
create policy a on app.item for update using (tenant = current_user) with check (tenant <> '');
create policy b on app.item as restrictive using (id > 0);
create policy c on app.item for all to pair_tenant using (id > 0);
comment on policy a on app.item is 'own rows';
