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
create schema other;
create table app.item (id serial primary key);
create sequence app.s;
create view app.v as select id from app.item;
create materialized view app.m as select id from app.item;
grant usage on sequence app.s to pair_reader;
grant create on schema other to public;
grant insert on app.v to pair_reader;

-- to
create schema app;
create schema other;
create table app.item (id serial primary key);
create sequence app.s;
create view app.v as select id from app.item;
create materialized view app.m as select id from app.item;
grant select, update on sequence app.s to pair_reader;
grant usage on sequence app.item_id_seq to public;
grant usage on schema other to pair_reader with grant option;
grant select (id) on app.v to pair_reader;
grant select on app.m to pair_reader;
alter sequence app.s owner to pair_owner;
alter view app.v owner to pair_owner;
alter materialized view app.m owner to pair_owner;
alter schema other owner to pair_owner;
