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
create domain app.code as text constraint code_not_empty check (value <> '');
comment on domain app.code is 'old';

-- to
create schema app;
create domain app.code as text constraint code_not_empty check (value <> '');
alter domain app.code owner to pair_owner;
revoke usage on domain app.code from public;
grant usage on domain app.code to pair_reader with grant option;
comment on domain app.code is 'new';
comment on constraint code_not_empty on domain app.code is 'something';
