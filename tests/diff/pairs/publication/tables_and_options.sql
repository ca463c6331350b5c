-- expect: in-place
-- want: ALTER PUBLICATION
-- forbid: DROP PUBLICATION pub
-- setup
do $$ begin
  if not exists (select from pg_roles where rolname = 'pair_owner') then create role pair_owner; end if;
exception when duplicate_object or unique_violation then null;  -- somebody else was faster
end $$;

-- from
create schema app;
create table app.a (id integer primary key);
create table app.b (id integer primary key);
create table app.c (id integer primary key) partition by range (id);
create publication pub for table app.a, app.b with (publish = 'insert');
create publication gone for all tables;
comment on publication pub is 'changes';

-- to
create schema app;
create table app.a (id integer primary key);
create table app.b (id integer primary key);
create table app.c (id integer primary key) partition by range (id);
create publication pub for table app.b, app.c with (publish = 'insert, update, delete', publish_via_partition_root = true);
alter publication pub owner to pair_owner;
comment on publication pub is 'changes';
