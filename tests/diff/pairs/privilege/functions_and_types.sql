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
create function app.f(integer) returns integer language sql as 'select 1';
create procedure app.p() language sql as 'select 1';
create function app.add(integer, integer) returns integer language sql immutable as 'select $1 + $2';
create aggregate app.total(integer) (sfunc = app.add, stype = integer, initcond = '0');
create type app.mood as enum ('ok');
create type app.pt as (x integer);
create domain app.d as integer;
create type app.r as range (subtype = float8);
revoke execute on function app.add from public;
grant usage on type app.mood to pair_reader;

-- to
create schema app;
create function app.f(integer) returns integer language sql as 'select 1';
create procedure app.p() language sql as 'select 1';
create function app.add(integer, integer) returns integer language sql immutable as 'select $1 + $2';
create aggregate app.total(integer) (sfunc = app.add, stype = integer, initcond = '0');
create type app.mood as enum ('ok');
create type app.pt as (x integer);
create domain app.d as integer;
create type app.r as range (subtype = float8);
revoke execute on function app.f from public;
grant execute on function app.f to pair_reader with grant option;
revoke all on procedure app.p() from public;
revoke execute on function app.total(integer) from public;
grant execute on function app.total(integer) to pair_reader;
revoke usage on type app.mood from public;
grant usage on type app.pt to pair_reader;
revoke usage on domain app.d from public;
alter function app.f owner to pair_owner;
alter procedure app.p() owner to pair_owner;
alter aggregate app.total(integer) owner to pair_owner;
alter type app.pt owner to pair_owner;
alter type app.r owner to pair_owner;
