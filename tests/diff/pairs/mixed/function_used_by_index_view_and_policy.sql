-- expect: in-place
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create function app.norm(t text) returns text language sql immutable as 'select lower(trim(t))';
create table app.item (id integer primary key, name varchar(20), qty integer);
create index item_norm_idx on app.item (app.norm(name));
create view app.v as select id, app.norm(name) as n, qty from app.item;
alter table app.item enable row level security;
create policy p on app.item to pair_tenant using (app.norm(name) = current_user);

-- rows
insert into app.item values (1, 'Ab', 1), (2, ' c', 2);

-- to
create schema app;
create function app.norm(t text) returns text language sql immutable as 'select lower(trim(t))';
create table app.item (id integer primary key, name text, qty bigint not null default 0);
create index item_norm_idx on app.item (app.norm(name));
create view app.v as select id, app.norm(name) as n, qty from app.item;
alter table app.item enable row level security;
create policy p on app.item to pair_tenant using (app.norm(name) = current_user);
