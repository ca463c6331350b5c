-- What PostgreSQL 15 brought. After zoo_14.sql, in the same database.

create table zoo.nulls (
  id integer primary key,
  a integer,
  b text,
  constraint nulls_a_b unique nulls not distinct (a, b)
);
create unique index nulls_b on zoo.nulls (b) nulls not distinct where a > 0;

create table zoo.set_some (
  tenant integer not null,
  id integer not null,
  parent integer,
  other integer,
  primary key (tenant, id),
  constraint set_some_parent foreign key (tenant, parent) references zoo.set_some (tenant, id) on delete set null (parent),
  constraint set_some_other foreign key (tenant, other) references zoo.set_some (tenant, id) on delete set default (other) deferrable
);

create view zoo.as_caller with (security_invoker = true, security_barrier = true, check_option = local) as select id, a from zoo.nulls where a > 0;

create unlogged sequence zoo.unlogged_seq cache 9;
create unlogged table zoo.unlogged_serial (id integer generated always as identity, s serial);
create sequence zoo.logged_for_unlogged;
alter table zoo.unlogged_serial alter column s set default nextval('zoo.logged_for_unlogged');

create publication zoo_columns for table zoo.nulls (id, a) where (a > 5 and b is distinct from 'it''s'), zoo.set_some (tenant, id);
create publication zoo_schemas for tables in schema zoo, "select";
create publication "Pub 15 ""🦁""" for tables in schema "Käfig ""🦁"" \ select", table zoo.plant where (id > 0) with (publish_via_partition_root = true);

create schema open_to_all;
grant create, usage on schema open_to_all to public;

-- a trigger under another name and state on the partition
create trigger cloned after delete on zoo.event for each row execute function zoo.on_suppress();
alter table zoo.event_2024 enable always trigger cloned;
alter table zoo.event_old disable trigger cloned;

do $$ begin
  create collation zoo.icu_15 (provider = icu, locale = 'de-u-co-phonebk');
exception when feature_not_supported then null;
end $$;
