-- expect: in-place
-- forbid: DROP (SERVER|FOREIGN)
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
create extension postgres_fdw;
create server s version '1' foreign data wrapper postgres_fdw options (host 'a.example.com', dbname 'x');
create user mapping for pair_reader server s options (user 'a');
create foreign table app.r (id integer options (column_name 'ID'), name text, gone text) server s options (table_name 'a', schema_name 'public');

-- to
create schema app;
create extension postgres_fdw;
create server s version '2' foreign data wrapper postgres_fdw options (host 'b.example.com', port '5433');
create user mapping for pair_reader server s options (user 'b');
create user mapping for public server s;
create foreign table app.r (id bigint options (column_name 'Id') not null, name text options (column_name 'it''s') default 'x', added integer, constraint id_positive check (id > 0)) server s options (table_name 'b', fetch_size '50');
alter server s owner to pair_owner;
grant usage on foreign server s to pair_reader;
