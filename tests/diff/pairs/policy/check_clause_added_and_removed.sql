-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key);
create policy a on app.item using (id > 0);
create policy b on app.item using (id > 0) with check (id > 1);
create policy c on app.item for update using (id > 0) with check (id > 2);

-- to
create schema app;
create table app.item (id integer primary key);
create policy a on app.item using (id > 0) with check (id > 1);
create policy b on app.item using (id > 0);
create policy c on app.item for update with check (id > 2);
