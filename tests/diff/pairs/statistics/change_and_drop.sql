-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.item (id integer primary key, a integer, b integer, c text);
create statistics app.one (ndistinct) on a, b from app.item;
create statistics app.two on a, c from app.item;
create statistics app.gone (mcv) on b, c from app.item;

-- to
create schema app;
create table app.item (id integer primary key, a integer, b integer, c text);
create statistics app.one (ndistinct, mcv) on a, b from app.item;
create statistics app.two on a, b, c from app.item;
alter statistics app.two set statistics 50;
alter statistics app.one owner to pair_owner;
comment on statistics app.one is 'together';
