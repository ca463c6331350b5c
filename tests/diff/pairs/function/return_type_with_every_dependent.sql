-- forbid: DROP TABLE
-- forbid: DROP COLUMN (IF EXISTS )?"?(plain|id)\b
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_tenant') then create role pair_tenant; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create function app.noop() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.f(a integer) returns integer language sql immutable as 'select a + 1';
create table app.item (
  id integer primary key,
  plain bigint default app.f(1),
  made bigint generated always as (app.f(id)) stored,
  constraint f_positive check (app.f(id) > 0)
);
create domain app.small as integer check (app.f(value) < 100);
create index item_f on app.item (app.f(id));
create index item_part on app.item (id) where app.f(id) > 5;
create view app.v as select id, app.f(id)::text as f from app.item;
create materialized view app.m as select app.f(id)::text as f from app.item;
create trigger t before update on app.item for each row when (app.f(new.id) > 1) execute function app.noop();
create rule r as on delete to app.item where app.f(old.id) > 50 do instead nothing;
alter table app.item enable row level security;
create policy p on app.item to pair_tenant using (app.f(id) > 0);

-- rows
insert into app.item (id, plain) values (1, 10), (2, 20);

-- to
create schema app;
create function app.noop() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.f(a integer) returns bigint language sql immutable as 'select a::bigint + 1';
create table app.item (
  id integer primary key,
  plain bigint default app.f(1),
  made bigint generated always as (app.f(id)) stored,
  constraint f_positive check (app.f(id) > 0)
);
create domain app.small as integer check (app.f(value) < 100);
create index item_f on app.item (app.f(id));
create index item_part on app.item (id) where app.f(id) > 5;
create view app.v as select id, app.f(id)::text as f from app.item;
create materialized view app.m as select app.f(id)::text as f from app.item;
create trigger t before update on app.item for each row when (app.f(new.id) > 1) execute function app.noop();
create rule r as on delete to app.item where app.f(old.id) > 50 do instead nothing;
alter table app.item enable row level security;
create policy p on app.item to pair_tenant using (app.f(id) > 0);
