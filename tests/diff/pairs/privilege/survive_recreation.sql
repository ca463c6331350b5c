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
-- the view and the function are made again: grants, owner and comment must come back
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select id, name from app.item;
create function app.f(a integer) returns integer language sql as 'select 1';
alter view app.v owner to pair_owner;
grant select on app.v to pair_reader with grant option;
grant update (name) on app.v to public;
comment on view app.v is 'names';
alter function app.f owner to pair_owner;
revoke execute on function app.f from public;
grant execute on function app.f to pair_reader;
comment on function app.f(integer) is 'one';

-- to
create schema app;
create table app.item (id integer primary key, name text);
create view app.v as select name from app.item;
create function app.f(a integer) returns text language sql as $$ select 'x' $$;
alter view app.v owner to pair_owner;
grant select on app.v to pair_reader with grant option;
grant update (name) on app.v to public;
comment on view app.v is 'names';
alter function app.f owner to pair_owner;
revoke execute on function app.f from public;
grant execute on function app.f to pair_reader;
comment on function app.f(integer) is 'one';
