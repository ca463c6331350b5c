-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create conversion app.a for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create conversion app.gone for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;

-- to
create schema app;
create default conversion app.a for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
alter conversion app.a owner to pair_owner;
comment on conversion app.a is 'default now';
