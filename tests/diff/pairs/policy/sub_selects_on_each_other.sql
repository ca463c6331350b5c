-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.a (id integer primary key, owner text);
create table app.b (id integer primary key, a_id integer);

-- to
create schema app;
create table app.a (id integer primary key, owner text);
create table app.b (id integer primary key, a_id integer);
alter table app.a enable row level security;
alter table app.b enable row level security;
create policy pa on app.a to pair_tenant using (exists (select from app.b where b.a_id = a.id));
create policy pb on app.b to pair_tenant using ((select owner from app.a where a.id = b.a_id) = current_user);
