-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_reader') then create role pair_reader; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create extension file_fdw;
create foreign data wrapper own options (a 'b');
create server one foreign data wrapper file_fdw;
create server two foreign data wrapper file_fdw;
create foreign table app.lines (line text) server one options (filename '/dev/null', format 'csv');

-- to
create schema app;
create extension file_fdw;
create foreign data wrapper own validator postgresql_fdw_validator;
create server one foreign data wrapper file_fdw;
create server two type 'x' foreign data wrapper file_fdw;
create foreign table app.lines (line text) server two options (filename '/dev/null', format 'text');
grant usage on foreign data wrapper own to pair_reader;
