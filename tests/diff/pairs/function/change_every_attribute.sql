-- expect: in-place
-- forbid: DROP FUNCTION
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create function app.f(a integer) returns setof integer language sql as 'select a';
create function app.g(a integer) returns integer language plpgsql immutable strict security definer leakproof parallel safe cost 7 set search_path = app set work_mem = '1MB' as 'begin return 1; end';
create view app.v as select f from app.f(1);

-- to
create schema app;
create function app.f(a integer) returns setof integer language sql stable strict security definer leakproof parallel restricted cost 50 rows 20 set search_path = app, pg_temp set "app.x" = 'it''s' as 'select a';
create function app.g(a integer) returns integer language plpgsql set work_mem = '2MB' as 'begin return 1; end';
alter function app.g(integer) owner to pair_owner;
create view app.v as select f from app.f(1);
