-- Every kind of object, every option, hostile names, dependencies in a difficult order.
-- PostgreSQL 13 and newer; zoo_14.sql, zoo_15.sql, zoo_17.sql and zoo_18.sql add what came later.
-- Loads as a superuser into an empty database, several times in one cluster (roles outlive databases).

do $$
declare
  name text;
begin
  foreach name in array array['zoo_owner', 'zoo_reader', 'zoo "Wärter" \ 🦁'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I', name);
    end if;
  end loop;
exception when duplicate_object or unique_violation then null;
end $$;

-- ---------------------------------------------------------------- schemas

create schema zoo;
comment on schema zoo is 'The zoo: it''s "quoted", has a \ backslash,
a second line, and -- no comment; drop schema zoo;';
create schema "Käfig ""🦁"" \ select" authorization zoo_owner;
create schema "select";
create schema ext;
create schema empty_one;
alter schema "select" owner to "zoo ""Wärter"" \ 🦁";
grant usage on schema zoo to zoo_reader, public;
grant create on schema zoo to zoo_owner with grant option;
grant all on schema "select" to zoo_reader with grant option;
revoke create on schema "select" from "zoo ""Wärter"" \ 🦁";

-- Default privileges come first on purpose: later grants must not depend on them by accident.
alter default privileges for role zoo_owner revoke execute on functions from public;
alter default privileges for role zoo_owner revoke usage on types from public;
alter default privileges for role zoo_owner grant select on tables to zoo_reader;
alter default privileges for role zoo_owner in schema zoo grant insert, update on tables to zoo_reader with grant option;
alter default privileges for role zoo_owner in schema zoo grant usage on sequences to public;
alter default privileges for role zoo_owner in schema zoo grant execute on functions to zoo_reader;
alter default privileges for role zoo_owner grant usage on schemas to zoo_reader;
alter default privileges for role "zoo ""Wärter"" \ 🦁" in schema "select" grant all on tables to public;

-- ------------------------------------------------------------- extensions

create extension hstore schema ext;
create extension pg_trgm schema ext;
create extension citext schema ext;
create extension btree_gist schema ext;
create extension postgres_fdw schema ext;
create extension file_fdw schema ext;
comment on extension citext is 'ours says something else';

-- ------------------------------------------------------------- collations

create collation zoo.plain from "C";
create collation zoo."POSIX Style" (lc_collate = 'POSIX', lc_ctype = 'C');
comment on collation zoo.plain is 'bytes';
alter collation zoo."POSIX Style" owner to zoo_owner;
do $$ begin
  create collation zoo.sloppy (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  create collation zoo.numeric_order (provider = icu, locale = 'en-u-kn-true');
  comment on collation zoo.sloppy is 'case does not matter';
exception when feature_not_supported then
  raise notice 'built without ICU';
end $$;

-- ------------------------------------------------------------------ types

create type zoo.mood as enum ('sad', 'ok', 'happy');
alter type zoo.mood add value 'it''s "odd" \ 🦁' before 'ok';
alter type zoo.mood add value '' after 'happy';
alter type zoo.mood add value E'two\nlines; drop table zoo.innocent; --';
create type zoo.nothing as enum ();
create type zoo."Enum With ""Quotes""" as enum ('a');
alter type zoo."Enum With ""Quotes""" owner to zoo_owner;
grant usage on type zoo.mood to zoo_reader with grant option;
revoke usage on type zoo.nothing from public;
comment on type zoo.mood is 'in this order';

create type zoo.address as (street text collate "C", no integer, "Zip Code" varchar(10), gone integer, moods zoo.mood[]);
alter type zoo.address drop attribute gone;
comment on type zoo.address is 'where';
comment on column zoo.address."Zip Code" is 'not always digits';
create type zoo.unit as ();
grant usage on type zoo.address to zoo_reader;

create domain zoo.positive as integer default 1 constraint positive_check check (value > 0);
create domain zoo.very_positive as zoo.positive not null constraint "more than 10" check (value > 10);
create domain zoo.code as varchar(12) collate "C" default 'it''s';
alter domain zoo.code add constraint "shape; drop table x;" check (value ~ '^[A-Z\\'']+$') not valid;
create domain zoo.codes as zoo.code[] check (cardinality(value) < 5);
comment on domain zoo.positive is 'above nothing';
comment on constraint positive_check on domain zoo.positive is 'zero is not positive';
alter domain zoo.code owner to zoo_owner;
revoke usage on domain zoo.positive from public;

-- A domain whose check takes the domain: no order of whole statements makes it.
create domain zoo.loop_domain as integer;
create function zoo.loop_domain_ok(zoo.loop_domain) returns boolean language sql immutable as 'select $1 is distinct from 13';
alter domain zoo.loop_domain add constraint lucky check (zoo.loop_domain_ok(value));

create function zoo.text_distance(float8, float8) returns float8 language sql immutable strict parallel safe as 'select $1 - $2';
create type zoo.float_range as range (subtype = float8, subtype_opclass = float8_ops, subtype_diff = zoo.text_distance);
create type zoo.word_range as range (subtype = text, collation = "C");
create domain zoo.short_range as zoo.float_range check (upper(value) - lower(value) < 100);
comment on type zoo.float_range is 'from, to';

-- -------------------------------------------------------------- sequences

create sequence zoo.plain_seq;
create sequence zoo."Seq ""1""" as smallint increment by -3 minvalue -900 maxvalue 20 start with 10 cache 5 cycle;
create sequence zoo.shared_seq as integer start with 1000;
comment on sequence zoo.shared_seq is 'two tables draw from it';
grant usage, select on sequence zoo.shared_seq to zoo_reader;
grant update on sequence zoo.shared_seq to "zoo ""Wärter"" \ 🦁" with grant option;
alter sequence zoo."Seq ""1""" owner to zoo_owner;

-- ----------------------------------------------- functions that come first

create function zoo.norm(t text) returns text language sql immutable strict parallel safe as $f$ select lower(btrim(t)) $f$;
create function zoo.is_short(t text, max integer default 63) returns boolean language sql immutable as 'select length(t) <= max';
create function zoo.next_code() returns text language plpgsql volatile as $_$
begin
  -- reads a table that comes later
  return $x$C$x$ || (select count(*) from zoo.animal)::text;
end $_$;

-- ----------------------------------------------------------------- tables

create table zoo.innocent (id integer primary key);
create table zoo.no_columns ();
create table zoo.all_dropped (a integer, b text);
alter table zoo.all_dropped drop column a, drop column b;

create table zoo.keeper (
  id serial primary key,
  big bigserial,
  small smallserial,
  name ext.citext not null unique,
  boss integer references zoo.keeper on delete set null deferrable initially deferred,
  favourite integer
);

create table zoo.animal (
  id bigint generated always as identity (sequence name zoo."animal ""ids""" start with 5 increment by 5 minvalue 5 maxvalue 5000000 cache 3 cycle),
  no integer generated by default as identity,
  shared integer default nextval('zoo.shared_seq'),
  dropped_1 text,
  name text collate "C" not null,
  code zoo.code default zoo.next_code(),
  mood zoo.mood not null default 'ok',
  moods zoo.mood[] default array['sad', 'happy']::zoo.mood[],
  home zoo.address default row('Main St', 1, '1234', null),
  homes zoo.address[],
  weight numeric(8, 3) constraint weight_positive check (weight > 0),
  length zoo.positive,
  dropped_2 integer,
  label text generated always as (zoo.norm(name) || coalesce(':' || weight::text, '')) stored,
  tags ext.hstore,
  body text,
  extra jsonb default '{"a": [1, "it''s"]}',
  flags bit varying(8) default b'101',
  at timestamptz(3) not null default clock_timestamp(),
  seen tstzrange,
  span interval day to second(2) default '1 day',
  bytes bytea default '\xdeadbeef',
  matrix integer[][] default '{{1,2},{3,4}}',
  keeper_id integer,
  constraint animal_pk primary key (id),
  constraint animal_code_key unique (code) include (name) with (fillfactor = 80) deferrable initially deferred,
  constraint animal_no_key unique (no),
  constraint name_short check (zoo.is_short(name)) no inherit,
  constraint animal_keeper foreign key (keeper_id) references zoo.keeper (id) match full on delete cascade on update set default not valid,
  constraint animal_seen_excl exclude using gist (keeper_id with =, seen with &&) where (keeper_id > 0) deferrable
) with (fillfactor = 85, autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.05, autovacuum_freeze_max_age = 150000000,
  parallel_workers = 2, toast_tuple_target = 3000, toast.autovacuum_enabled = false, toast.vacuum_truncate = false, user_catalog_table = false);
alter table zoo.animal drop column dropped_1, drop column dropped_2;
alter table zoo.animal add constraint old_rows check (weight < 10000) not valid;
alter table zoo.animal alter column body set storage external, alter column body set statistics 500, alter column body set (n_distinct = -0.5);
alter table zoo.animal alter column extra set storage main, alter column name set (n_distinct = 100, n_distinct_inherited = 200);
alter table zoo.animal alter column weight set statistics 0;
alter table zoo.animal owner to zoo_owner;
comment on table zoo.animal is E'all of them\n\\echo no; drop table zoo.innocent;';
comment on column zoo.animal.label is 'made by the server';
comment on constraint weight_positive on zoo.animal is 'nothing floats';
comment on constraint animal_keeper on zoo.animal is 'not valid yet';
-- the cycle: keeper to animal and back
alter table zoo.keeper add constraint keeper_favourite foreign key (favourite) references zoo.animal (no) on delete restrict on update no action deferrable;
alter sequence zoo.shared_seq owner to zoo_owner;
alter sequence zoo.shared_seq owned by zoo.animal.shared;
create table zoo.plant (id integer primary key default nextval('zoo.shared_seq'), partner integer unique references zoo.plant);

-- Loops between a table and functions on its row type.
create table zoo.loop_table (id integer primary key, n integer);
create function zoo.loop_table_ok(zoo.loop_table) returns boolean language sql immutable as 'select $1.n is distinct from 13';
create function zoo.loop_table_default() returns integer language plpgsql as 'declare r zoo.loop_table%rowtype; begin return 7; end';
alter table zoo.loop_table add constraint row_ok check (zoo.loop_table_ok(loop_table));
alter table zoo.loop_table alter column n set default zoo.loop_table_default();
create table zoo.uses_row_type (id integer primary key, item zoo.loop_table, items zoo.loop_table[], pair zoo.keeper);
create index loop_index on zoo.loop_table (id) where zoo.loop_table_ok(loop_table);

create unlogged table zoo.scratch (k text primary key, v bytea) with (fillfactor = 50);
create table zoo.of_type of zoo.address (primary key (street), no with options default 7 not null);
create table zoo.ident_full (id integer primary key, a integer not null);
alter table zoo.ident_full replica identity full;
create table zoo.ident_nothing (id integer primary key);
alter table zoo.ident_nothing replica identity nothing;
create table zoo.ident_index (id integer not null, constraint ident_index_key unique (id));
alter table zoo.ident_index replica identity using index ident_index_key;
create table zoo.clustered (id integer primary key, a integer);
create index clustered_a on zoo.clustered (a);
alter table zoo.clustered cluster on clustered_a;

-- Names that try to break out.
create table "Käfig ""🦁"" \ select"."Table
drop table zoo.innocent; --" (
  "select" integer primary key,
  "Col ""x"" \ $$ %s" text default $$it's 'q' \ $x$ %$$,
  "new
line" text,
  "🦁" integer references zoo.innocent,
  "    " integer,
  "a.b" integer,
  a_name_of_exactly_sixty_three_bytes_is_as_long_as_it_can_ever_b integer,
  constraint "Check ""1""
drop table zoo.innocent; --" check ("🦁" > 0 and "Col ""x"" \ $$ %s" <> 'a\b'''),
  constraint "Unique; --" unique ("new
line", "a.b")
);
create index "Index ""🦁""
drop table zoo.innocent; --" on "Käfig ""🦁"" \ select"."Table
drop table zoo.innocent; --" ("Col ""x"" \ $$ %s" desc, ("🦁" + 1)) where "    " is null;
comment on column "Käfig ""🦁"" \ select"."Table
drop table zoo.innocent; --"."new
line" is '';
comment on index "Käfig ""🦁"" \ select"."Index ""🦁""
drop table zoo.innocent; --" is E'a\\b''c\n-- d';
create table "select"."table" ("from" integer, "order" text default 'by', "user" name default current_user, "end" date default current_date,
  primary key ("order", "from"));
alter table "select"."table" owner to "zoo ""Wärter"" \ 🦁";
create table zoo."UPPER" ("Id" integer primary key, "upper" integer references zoo."UPPER" ("Id"));
create table zoo.upper (id integer primary key);

-- Inheritance: several parents, merged columns and checks, overridden defaults.
create table zoo.parent_a (id integer not null, name text default 'a', common integer default 1, constraint common_check check (common > 0));
create table zoo.parent_b (extra text, common integer default 2, name text default 'b', constraint common_check check (common > 0), constraint only_b check (extra <> '') no inherit);
create table zoo.child_ab (own integer, name text default 'ab', common integer default 3, primary key (id)) inherits (zoo.parent_a, zoo.parent_b);
create table zoo.grandchild (deep text) inherits (zoo.child_ab);
create table zoo.late_child (name text, common integer, id integer not null, more integer, constraint common_check check (common > 0));
alter table zoo.late_child inherit zoo.parent_a;
alter table zoo.parent_a add column later integer default 9;
alter table only zoo.grandchild alter column name set default 'grand', alter column later drop default;

-- Partitions: every method, sub-partitions, default, another column order, dropped columns, own objects.
create table zoo.event (
  id bigint not null, gone text, at date not null, kind text not null default 'x', body jsonb,
  constraint event_pk primary key (id, at, kind), constraint event_kind check (kind <> ''),
  keeper_id integer references zoo.keeper
) partition by range (at);
alter table zoo.event drop column gone;
create table zoo.event_old partition of zoo.event for values from (minvalue) to ('2024-01-01');
create table zoo.event_2024 (body jsonb, junk integer, keeper_id integer, kind text not null default 'y', at date not null, id bigint not null, constraint event_kind check (kind <> ''));
alter table zoo.event_2024 drop column junk;
create unique index event_2024_own_pk on zoo.event_2024 (id, at);
create index event_2024_only_here on zoo.event_2024 using gin (body);
alter table zoo.event attach partition zoo.event_2024 for values from ('2024-01-01') to ('2025-01-01');
alter table zoo.event_2024 add constraint only_2024 check (id > 0);
create table zoo."event 2025 ""🦁""" partition of zoo.event (kind default 'z' constraint own check (kind <> 'w')) for values from ('2025-01-01') to ('2026-01-01')
  partition by list (kind);
create table zoo.event_2025_ab partition of zoo."event 2025 ""🦁""" for values in ('a', 'b''c\d') with (fillfactor = 60);
create table zoo.event_2025_rest partition of zoo."event 2025 ""🦁""" default partition by hash (id);
create table zoo.event_2025_rest_0 partition of zoo.event_2025_rest for values with (modulus 2, remainder 0);
create table zoo.event_2025_rest_1 partition of zoo.event_2025_rest for values with (modulus 2, remainder 1);
create table zoo.event_rest partition of zoo.event default;
create index event_kind_idx on zoo.event (kind desc, at);
create index event_incomplete on only zoo.event (keeper_id);
create index event_old_keeper on zoo.event_old (keeper_id);
alter index zoo.event_incomplete attach partition zoo.event_old_keeper;
create table zoo.by_expression (a integer, b text) partition by range ((a % 10), zoo.norm(b) collate "C" text_pattern_ops);
create table zoo.by_expression_low partition of zoo.by_expression for values from (0, minvalue) to (5, maxvalue);
create table zoo.by_list_null (a text) partition by list (a);
create table zoo.by_list_null_1 partition of zoo.by_list_null for values in (null, 'x');
create table zoo.no_partitions (a integer) partition by hash (a);
create table zoo.points_at_event (event_id bigint, event_at date, event_kind text, foreign key (event_id, event_at, event_kind) references zoo.event on delete cascade);
comment on table zoo.event_2024 is 'a year';
comment on index zoo.event_kind_idx is 'on all of them';

-- ---------------------------------------------------------------- indexes

create table zoo.indexed (
  id integer, a integer, b text, c integer[], d tsvector, e point, f int4range, g timestamptz, h text collate "C", i jsonb, j inet, k integer
);
create unique index indexed_unique on zoo.indexed (id);
create index indexed_order on zoo.indexed (a desc nulls last, b asc nulls first, g desc);
create index indexed_opclass on zoo.indexed (b text_pattern_ops, h collate "POSIX" varchar_pattern_ops);
create index indexed_hash on zoo.indexed using hash (b);
create index indexed_gin on zoo.indexed using gin (c, d, i jsonb_path_ops) with (fastupdate = off, gin_pending_list_limit = 256);
create index indexed_gist on zoo.indexed using gist (e, f) with (buffering = on, fillfactor = 70);
create index indexed_spgist on zoo.indexed using spgist (j inet_ops) with (fillfactor = 90);
create index indexed_brin on zoo.indexed using brin (g, a) with (pages_per_range = 16, autosummarize = true);
create index indexed_trgm on zoo.indexed using gist (b ext.gist_trgm_ops (siglen = 64));
create index indexed_include on zoo.indexed (a) include (b, k) with (fillfactor = 70, deduplicate_items = off);
create index indexed_partial on zoo.indexed (a) where k > 0 and b like 'it''s\_%';
create index indexed_expression on zoo.indexed (zoo.norm(b), (a + k), ((i ->> 'a')::text) desc);
alter index zoo.indexed_expression alter column 2 set statistics 300;
create unique index indexed_unique_expr on zoo.indexed (lower(b)) where id is not null;
create index indexed_invalid on zoo.indexed (k);
update pg_index set indisvalid = false where indexrelid = 'zoo.indexed_invalid'::regclass;
create index on zoo.indexed (a, a, b);
comment on index zoo.indexed_unique is 'one of each';

-- ------------------------------------------------------------- statistics

create statistics zoo.indexed_stats (ndistinct, dependencies, mcv) on a, b, k from zoo.indexed;
create statistics "select"."Stat ""🦁""" (ndistinct) on a, k from zoo.indexed;
alter statistics zoo.indexed_stats set statistics 321;
alter statistics zoo.indexed_stats owner to zoo_owner;
comment on statistics zoo.indexed_stats is 'they go together';

-- ------------------------------------------------------------------ views

create view zoo.no_from as select 1 as one, 'it''s'::text as s, null::zoo.mood as m;
create view zoo.animal_names (id, "Name", mood) with (security_barrier) as select id, name, mood from zoo.animal where mood <> 'sad';
create view zoo.over_view as select "Name" || '!' as loud, (select count(*) from zoo.keeper) as keepers from zoo.animal_names;
create view zoo.checked as select id, name, weight from zoo.animal where weight > 1 with local check option;
create view zoo.checked_more as select id, name from zoo.checked where id > 1 with cascaded check option;
create recursive view zoo.tree (id, depth) as select id, 0 from zoo.keeper where boss is null union all select k.id, depth + 1 from zoo.keeper k join tree t on k.boss = t.id;
create view zoo.whole_row as select a as animal, (a.home)."Zip Code" as zip, a.homes[1] from zoo.animal a;
create view zoo.windowed as select id, rank() over w as r, sum(weight) filter (where weight > 1) over (w rows between 1 preceding and current row) as s,
  array(select x from generate_series(1, 3) as g(x)) as arr from zoo.animal window w as (partition by mood order by weight desc nulls last);
create view zoo."View ""🦁""
drop table zoo.innocent; --" ("Col
1", "select") as values (1, 'a'), (2, E'b\\');
-- depends on the primary key: it comes after a constraint
create view zoo.grouped as select a.id, a.name, count(*) as n from zoo.animal a left join zoo.plant p on p.id = a.shared group by a.id;
-- a view that a function takes, and that calls the function
create view zoo.loop_view as select 1 as n, false as ok;
create function zoo.loop_view_ok(zoo.loop_view) returns boolean language sql stable as 'select $1.n > 0';
create or replace view zoo.loop_view as select i.id as n, zoo.loop_view_ok(row(i.id, true)::zoo.loop_view) as ok from zoo.innocent i;
alter view zoo.animal_names alter column mood set default 'happy';
alter view zoo.over_view owner to zoo_owner;
comment on view zoo.animal_names is 'only the merry ones';
comment on column zoo.animal_names."Name" is 'as called';
comment on view zoo."View ""🦁""
drop table zoo.innocent; --" is E'\n';

create materialized view zoo.counts with (fillfactor = 75, autovacuum_enabled = false) as
  select mood, count(*) as n, max(name) as last from zoo.animal group by mood with no data;
create unique index counts_mood on zoo.counts (mood);
create index counts_last on zoo.counts (last text_pattern_ops) where n > 1;
alter materialized view zoo.counts cluster on counts_mood;
alter materialized view zoo.counts alter column last set statistics 77, alter column last set storage external;
create materialized view zoo.over_counts as select c.n, g.name, zoo.norm(c.last) as l from zoo.counts c, zoo.grouped g with no data;
create view zoo.over_over as select l from zoo.over_counts;
comment on materialized view zoo.counts is 'now and then';
comment on column zoo.counts.n is 'how many';
alter materialized view zoo.over_counts owner to zoo_owner;
create statistics zoo.counts_stats on mood, last from zoo.counts;

-- -------------------------------------------------- functions, procedures

create function zoo.no_args() returns void language sql as '';
create function zoo.all_options(a integer, b text default 'it''s \', c zoo.mood default 'ok', d zoo.address default null, variadic e integer[] default '{1,2}')
  returns text language plpgsql stable strict leakproof security definer parallel restricted cost 12.5
  set search_path = zoo, "Käfig ""🦁"" \ select", pg_temp set "zoo.x" = 'it''s; "q"' set work_mem = '8MB' set datestyle from current
  as $body$ begin return $$a$$ || '$_$'; end $body$;
create function zoo.rows_out(in n integer, out a integer, inout b text, out "C ""d""" zoo.mood) returns setof record language sql rows 7 cost 3
  as 'select n, b, null::zoo.mood from generate_series(1, n)';
create function zoo.as_table(n integer default 3) returns table (k integer, "v v" text) language plpgsql rows 5 as $$ begin return query select 1, 'x'; end $$;
create function zoo.animals(m zoo.mood default 'ok') returns setof zoo.animal language sql stable as 'select * from zoo.animal where mood = m';
create function zoo.one_view(v zoo.animal_names) returns zoo.keeper language sql stable as 'select * from zoo.keeper limit 1';
create function zoo.poly(anyelement, anyarray, variadic anyarray) returns anyelement language sql immutable as 'select $1';
create function zoo.poly_compatible(anycompatible, anycompatiblearray) returns anycompatiblearray language sql immutable as 'select $2 || $1';
create function zoo.poly_range(anyrange) returns anyelement language sql immutable as 'select lower($1)';
create function zoo.overloaded(integer) returns integer language sql as 'select $1';
create function zoo.overloaded(bigint) returns bigint language sql as 'select $1';
create function zoo.overloaded(integer, integer default 0) returns integer language sql as 'select $1 + $2';
create function zoo.overloaded(zoo.animal) returns text language sql as 'select $1.name';
create function zoo.supported(integer, integer) returns setof integer language internal immutable strict rows 100 support pg_catalog.generate_series_int4_support as 'generate_series_int4';
create function zoo."Func ""🦁"" \
drop table zoo.innocent; --"("Arg ""1""" integer, "select" text default E'\n') returns integer language sql as 'select 1';
create function zoo.win() returns bigint language internal window immutable strict as 'window_row_number';
create procedure zoo.act(in a integer, inout b text default 'x', variadic c text[] default '{}') language plpgsql security definer set lock_timeout = '1s' as $$ begin b := a::text; end $$;
create procedure zoo.act() language sql as $$ insert into zoo.innocent values (1) on conflict do nothing; $$;
comment on function zoo.all_options(integer, text, zoo.mood, zoo.address, integer[]) is 'many';
comment on procedure zoo.act(integer, text, text[]) is 'acts';
comment on function zoo."Func ""🦁"" \
drop table zoo.innocent; --"(integer, text) is 'odd';
alter function zoo.rows_out(integer, text) owner to zoo_owner;
alter procedure zoo.act() owner to zoo_owner;
revoke execute on function zoo.all_options from public;
grant execute on function zoo.all_options to zoo_reader with grant option;
revoke all on procedure zoo.act() from public;
grant execute on procedure zoo.act() to "zoo ""Wärter"" \ 🦁";

-- ------------------------------------------------------------- aggregates

create function zoo.add_up(integer, integer) returns integer language sql immutable strict parallel safe as 'select $1 + $2';
create function zoo.take_off(integer, integer) returns integer language sql immutable strict parallel safe as 'select $1 - $2';
create function zoo.double_it(integer) returns integer language sql immutable as 'select $1 * 2';
create function zoo.double_extra(integer, integer) returns integer language sql immutable as 'select $1 * 2';
create aggregate zoo.total(integer) (sfunc = zoo.add_up, stype = integer);
create aggregate zoo.total_all(integer) (sfunc = zoo.add_up, stype = integer, sspace = 16, initcond = '0', finalfunc = zoo.double_extra, finalfunc_extra, finalfunc_modify = read_write,
  combinefunc = zoo.add_up, parallel = safe, msfunc = zoo.add_up, minvfunc = zoo.take_off, mstype = integer, msspace = 8, minitcond = '0', mfinalfunc = zoo.double_it, mfinalfunc_modify = shareable);
create aggregate zoo.average(numeric) (sfunc = numeric_avg_accum, stype = internal, sspace = 128, finalfunc = numeric_avg, combinefunc = numeric_avg_combine,
  serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize, parallel = restricted);
create aggregate zoo.least_one(integer) (sfunc = int4smaller, stype = integer, sortop = operator(pg_catalog.<));
create aggregate zoo.how_many(*) (sfunc = int8inc, stype = int8, initcond = '0');
create function zoo.any_of(boolean, variadic integer[]) returns boolean language sql immutable as 'select coalesce($1, false) or 1 = any ($2)';
create aggregate zoo.any_one(variadic integer[]) (sfunc = zoo.any_of, stype = boolean);
create aggregate zoo.percentile(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
create aggregate zoo.ranked(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
create function zoo.add_mood(text, zoo.mood, text) returns text language sql immutable as 'select $1 || $2::text || $3';
create aggregate zoo."Agg ""🦁""" (zoo.mood, text) (sfunc = zoo.add_mood, stype = text, initcond = 'it''s \');
comment on aggregate zoo.total(integer) is 'sum';
comment on aggregate zoo.percentile(float8 order by anyelement) is 'ordered';
alter aggregate zoo.how_many(*) owner to zoo_owner;
revoke execute on function zoo.total(integer) from public;
create view zoo.uses_aggregates as select zoo.total(id::integer) as t, zoo.percentile(0.5) within group (order by name) as p from zoo.animal;

-- -------------------------------------------------------------- operators

create type zoo.version as (major integer, minor integer);
create function zoo.version_lt(zoo.version, zoo.version) returns boolean language sql immutable as 'select ($1.major, $1.minor) < ($2.major, $2.minor)';
create function zoo.version_le(zoo.version, zoo.version) returns boolean language sql immutable as 'select ($1.major, $1.minor) <= ($2.major, $2.minor)';
create function zoo.version_eq(zoo.version, zoo.version) returns boolean language sql immutable as 'select ($1.major, $1.minor) = ($2.major, $2.minor)';
create function zoo.version_ne(zoo.version, zoo.version) returns boolean language sql immutable as 'select ($1.major, $1.minor) <> ($2.major, $2.minor)';
create function zoo.version_ge(zoo.version, zoo.version) returns boolean language sql immutable as 'select ($1.major, $1.minor) >= ($2.major, $2.minor)';
create function zoo.version_gt(zoo.version, zoo.version) returns boolean language sql immutable as 'select ($1.major, $1.minor) > ($2.major, $2.minor)';
create function zoo.version_cmp(zoo.version, zoo.version) returns integer language sql immutable as
  'select case when zoo.version_lt($1, $2) then -1 when zoo.version_eq($1, $2) then 0 else 1 end';
create function zoo.version_hash(zoo.version) returns integer language sql immutable as 'select $1.major # $1.minor';
create function zoo.version_int_cmp(zoo.version, integer) returns integer language sql immutable as 'select sign($1.major - $2)::integer';
create function zoo.version_int_lt(zoo.version, integer) returns boolean language sql immutable as 'select $1.major < $2';
create function zoo.version_not(zoo.version) returns zoo.version language sql immutable as 'select row(-$1.major, -$1.minor)::zoo.version';
create operator zoo.<<< (leftarg = zoo.version, rightarg = zoo.version, function = zoo.version_lt, commutator = operator(zoo.>>>), negator = operator(zoo.>>=), restrict = scalarltsel, join = scalarltjoinsel);
create operator zoo.<<= (leftarg = zoo.version, rightarg = zoo.version, function = zoo.version_le, commutator = operator(zoo.>>=), negator = operator(zoo.>>>));
create operator zoo.>>= (leftarg = zoo.version, rightarg = zoo.version, function = zoo.version_ge, commutator = operator(zoo.<<=), negator = operator(zoo.<<<));
create operator zoo.>>> (leftarg = zoo.version, rightarg = zoo.version, function = zoo.version_gt, commutator = operator(zoo.<<<), negator = operator(zoo.<<=));
create operator zoo.=== (leftarg = zoo.version, rightarg = zoo.version, function = zoo.version_eq, commutator = operator(zoo.===), negator = operator(zoo.<!>), restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator zoo.<!> (leftarg = zoo.version, rightarg = zoo.version, function = zoo.version_ne, commutator = operator(zoo.<!>), negator = operator(zoo.===), restrict = neqsel, join = neqjoinsel);
create operator zoo.<<< (leftarg = zoo.version, rightarg = integer, function = zoo.version_int_lt);
create operator zoo.!- (rightarg = zoo.version, function = zoo.version_not);
comment on operator zoo.<<< (zoo.version, zoo.version) is 'older';
comment on operator zoo.!- (none, zoo.version) is 'the other way round';
alter operator zoo.<!> (zoo.version, zoo.version) owner to zoo_owner;

create operator family zoo.version_family using btree;
create operator class zoo.version_ops default for type zoo.version using btree family zoo.version_family as
  operator 1 zoo.<<<, operator 2 zoo.<<=, operator 3 zoo.===, operator 4 zoo.>>=, operator 5 zoo.>>>, function 1 zoo.version_cmp(zoo.version, zoo.version);
alter operator family zoo.version_family using btree add operator 1 zoo.<<< (zoo.version, integer), function 1 (zoo.version, integer) zoo.version_int_cmp(zoo.version, integer);
create operator class zoo."Hash ""Ops""" for type zoo.version using hash as operator 1 zoo.===, function 1 zoo.version_hash(zoo.version);
create operator family zoo.empty_family using gist;
comment on operator class zoo.version_ops using btree is 'as released';
comment on operator family zoo.version_family using btree is 'with integers';
alter operator class zoo."Hash ""Ops""" using hash owner to zoo_owner;
alter operator family zoo.empty_family using gist owner to zoo_owner;

create table zoo.release (v zoo.version, note text);
create index release_v on zoo.release (v);
create index release_hash on zoo.release using hash (v zoo."Hash ""Ops""");
create view zoo.old_releases as select * from zoo.release where v operator(zoo.<<<) row(2, 0)::zoo.version order by v using operator(zoo.>>>);

-- ------------------------------------------------------------------ casts

create function zoo.mood_to_int(zoo.mood) returns integer language sql immutable strict as 'select length($1::text)';
create function zoo.version_from_text(text) returns zoo.version language sql immutable strict as
  'select row(split_part($1, ''.'', 1)::integer, split_part($1, ''.'', 2)::integer)::zoo.version';
create cast (zoo.mood as integer) with function zoo.mood_to_int(zoo.mood);
create cast (text as zoo.version) with function zoo.version_from_text(text) as assignment;
create cast (zoo.mood as json) with inout;
create cast (zoo.version as text) with inout as implicit;
create cast (xid as integer) without function;
comment on cast (zoo.mood as integer) is 'how long it is';

-- -------------------------------------------------------- triggers, rules

create function zoo.on_change() returns trigger language plpgsql as $$ begin if tg_op = 'DELETE' then return old; end if; return new; end $$;
create function zoo.on_suppress() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger a_before before insert or update of name, weight on zoo.animal for each row when (new.name <> '' and new.weight is not null) execute function zoo.on_change();
create trigger b_changed after update on zoo.animal for each row when (old.* is distinct from new.*) execute function zoo.on_change('one', 'it''s "two" \', E'3\nlines', '');
create trigger c_after after insert or update or delete on zoo.animal for each row execute function zoo.on_suppress();
create trigger d_statement after update on zoo.animal referencing old table as was new table as "Is Now" for each statement execute function zoo.on_suppress();
create trigger e_truncate before truncate on zoo.animal for each statement execute function zoo.on_suppress();
create constraint trigger f_later after insert on zoo.animal from zoo.keeper deferrable initially deferred for each row when (new.id > 5) execute function zoo.on_suppress();
create constraint trigger g_now after update on zoo.animal not deferrable for each row execute function zoo.on_suppress();
create trigger h_disabled after delete on zoo.animal for each row execute function zoo.on_suppress();
create trigger i_replica after delete on zoo.animal for each row execute function zoo.on_suppress();
create trigger j_always after delete on zoo.animal for each row execute function zoo.on_suppress();
create trigger "Trigger ""🦁""
drop table zoo.innocent; --" before delete on "Käfig ""🦁"" \ select"."Table
drop table zoo.innocent; --" for each row execute function zoo.on_change();
alter table zoo.animal disable trigger h_disabled, enable replica trigger i_replica, enable always trigger j_always;
create trigger instead instead of insert or update or delete on zoo.animal_names for each row execute function zoo.on_change();
create trigger on_parent after insert or update on zoo.event for each row when (new.id > 0) execute function zoo.on_suppress();
create trigger only_on_partition before insert on zoo.event_2024 for each row execute function zoo.on_change();
alter table zoo.event_old disable trigger on_parent;
comment on trigger a_before on zoo.animal is 'first';
comment on trigger on_parent on zoo.event is 'copied to all';

create table zoo.rules (id integer primary key, a text);
create rule quiet_delete as on delete to zoo.rules where old.id > 5 do instead nothing;
create rule also_log as on insert to zoo.rules do also (insert into zoo.innocent values (new.id) on conflict do nothing; notify zoo_rules, 'it''s');
create rule "Rule ""🦁""" as on update to zoo.rules where new.a <> old.a do also delete from zoo.innocent where id = old.id;
create view zoo.rule_view as select id, a from zoo.rules;
create rule rule_view_insert as on insert to zoo.rule_view do instead insert into zoo.rules values (new.id, new.a) returning id, a;
create rule rule_view_update as on update to zoo.rule_view do instead update zoo.rules set a = new.a where id = old.id;
alter table zoo.rules disable rule quiet_delete;
alter table zoo.rules enable replica rule "Rule ""🦁""";
comment on rule also_log on zoo.rules is 'as well';
comment on rule rule_view_insert on zoo.rule_view is 'instead';

-- --------------------------------------------------------------- policies

create function zoo.current_tenant() returns text language sql stable security definer set search_path = pg_catalog as $$ select current_setting('zoo.tenant', true) $$;
create table zoo.tenant (name text primary key, owner name not null default current_user);
create table zoo.document (id integer primary key, tenant text not null references zoo.tenant on update cascade, secret boolean, body text);
alter table zoo.document enable row level security;
alter table zoo.document force row level security;
alter table zoo.tenant enable row level security;
create policy everything on zoo.document using (tenant = zoo.current_tenant());
create policy reading on zoo.document as permissive for select to zoo_reader using (not secret or exists (select from zoo.tenant t where t.name = document.tenant and t.owner = current_user));
create policy adding on zoo.document as restrictive for insert to zoo_reader, "zoo ""Wärter"" \ 🦁" with check (tenant in (select d.name from zoo.tenant d));
create policy changing on zoo.document for update to zoo_owner using (id > 0) with check (id > 1);
create policy removing on zoo.document as restrictive for delete to current_user using (false);
create policy "Policy ""🦁""
drop table zoo.innocent; --" on zoo.tenant using ((select count(*) from zoo.document) < 100 and name <> 'it''s \');
create table zoo.only_forced (id integer);
alter table zoo.only_forced force row level security;
create policy sleeping on zoo.only_forced using (true);
comment on policy everything on zoo.document is 'one tenant';

-- ----------------------------------------------------------------- grants

grant select, insert, update, delete, truncate, references, trigger on zoo.animal to zoo_reader;
grant all on zoo.keeper to "zoo ""Wärter"" \ 🦁" with grant option;
grant select (id, name), update (name), insert (name) on zoo.keeper to zoo_reader;
grant references (id), update (partner) on zoo.plant to public;
grant select ("new
line") on "Käfig ""🦁"" \ select"."Table
drop table zoo.innocent; --" to "zoo ""Wärter"" \ 🦁" with grant option;
grant select on zoo.animal_names, zoo.counts to public;
grant select ("Name") on zoo.animal_names to zoo_reader with grant option;
revoke delete, truncate on zoo.animal from zoo_owner;
-- by somebody who is not the owner
set session authorization "zoo ""Wärter"" \ 🦁";
grant select on zoo.keeper to zoo_reader with grant option;
grant update (name) on zoo.keeper to zoo_owner;
set session authorization zoo_reader;
grant select on zoo.keeper to public;
reset session authorization;
grant execute on function zoo.norm(text) to zoo_reader;
revoke all on type zoo.unit from public;

-- ------------------------------------------------------------ text search

create text search dictionary zoo.short_words (template = pg_catalog.simple, stopwords = 'english', accept = false);
create text search dictionary zoo."German ""🦁""" (template = pg_catalog.snowball, language = 'german', stopwords = 'german');
create text search configuration zoo.words (parser = pg_catalog."default");
alter text search configuration zoo.words add mapping for asciiword, word with zoo.short_words, zoo."German ""🦁""", pg_catalog.simple;
alter text search configuration zoo.words add mapping for int, float with pg_catalog.simple;
create text search configuration zoo."Config ""🦁""" (copy = pg_catalog.english);
alter text search configuration zoo."Config ""🦁""" alter mapping for asciiword with zoo.short_words, pg_catalog.english_stem;
alter text search configuration zoo."Config ""🦁""" drop mapping for url;
create text search configuration zoo.no_mapping (parser = pg_catalog."default");
comment on text search dictionary zoo.short_words is 'few';
comment on text search configuration zoo.words is 'and numbers';
alter text search configuration zoo.words owner to zoo_owner;
alter text search dictionary zoo."German ""🦁""" owner to zoo_owner;
create index document_words on zoo.document using gin (to_tsvector('zoo.words', body));

create conversion zoo.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create default conversion zoo."Conv ""🦁""" for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
comment on conversion zoo.latin is 'old letters';
alter conversion zoo.latin owner to zoo_owner;

-- ----------------------------------------------------------- foreign data

create foreign data wrapper zoo_wrapper options (debug 'it''s \');
create foreign data wrapper "Wrapper ""🦁""" validator postgresql_fdw_validator;
create server files foreign data wrapper file_fdw;
create server far_away type 'replica' version '15.1' foreign data wrapper postgres_fdw options (host 'db.example.com', port '5433', dbname 'it''s', fetch_size '10');
create server "Server ""🦁""" foreign data wrapper zoo_wrapper options ("Opt ""x""" 'y');
-- a canary: this password must never be seen in any output
create user mapping for public server far_away options (user 'reader', password 'canary-secret-never-shown');
create user mapping for zoo_owner server far_away options (user 'owner');
create user mapping for "zoo ""Wärter"" \ 🦁" server "Server ""🦁""";
create foreign table zoo.remote (
  id integer options (column_name 'ID') not null,
  name text options (column_name 'it''s') collate "C" default 'x',
  gone integer,
  mood zoo.mood,
  doubled integer generated always as (id * 2) stored,
  constraint remote_positive check (id > 0)
) server far_away options (schema_name 'public', table_name 'Remote "x"');
alter foreign table zoo.remote drop column gone;
create foreign table zoo.lines (line text) server files options (filename '/dev/null', format 'csv');
create foreign table zoo.remote_child () inherits (zoo.parent_a) server far_away;
create table zoo.far_event (id bigint, at date) partition by range (at);
create foreign table zoo.far_event_old partition of zoo.far_event for values from (minvalue) to ('2020-01-01') server far_away options (table_name 'events');
create trigger on_remote after update on zoo.remote for each row execute function zoo.on_suppress();
alter server files owner to zoo_owner;
alter foreign table zoo.remote owner to zoo_owner;
grant usage on foreign data wrapper zoo_wrapper to zoo_reader with grant option;
grant usage on foreign server far_away to zoo_owner, public;
grant select on zoo.remote to zoo_reader;
comment on foreign data wrapper zoo_wrapper is 'no handler';
comment on server far_away is 'far';
comment on foreign table zoo.remote is 'there';
comment on column zoo.remote.name is 'there too';

-- ----------------------------------------------------------- publications

create publication zoo_none;
create publication zoo_some for table zoo.animal, only zoo.parent_a, "Käfig ""🦁"" \ select"."Table
drop table zoo.innocent; --" with (publish = 'insert, truncate');
create publication zoo_root for table zoo.event with (publish_via_partition_root = true, publish = 'insert, update, delete');
create publication "Pub ""🦁""" for all tables with (publish = '');
alter publication zoo_root owner to zoo_owner;
comment on publication zoo_some is 'to whom it may concern';

-- --------------------------------------------------------- event triggers

create function zoo.on_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger zoo_end on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function zoo.on_ddl();
create event trigger zoo_start on ddl_command_start execute function zoo.on_ddl();
create event trigger zoo_drop on sql_drop execute function zoo.on_ddl();
create event trigger "Event ""🦁""" on table_rewrite execute function zoo.on_ddl();
alter event trigger zoo_end disable;
alter event trigger zoo_start enable replica;
alter event trigger zoo_drop enable always;
comment on event trigger zoo_end is 'asleep';

-- ------------------------------------------------- the last comments of all

comment on sequence zoo."animal ""ids""" is 'by fives';
comment on type zoo.word_range is 'a to z';
comment on table "select"."table" is 'from where';
comment on index zoo.animal_pk is 'the index of the key';
comment on constraint animal_seen_excl on zoo.animal is 'one at a time';
comment on policy "Policy ""🦁""
drop table zoo.innocent; --" on zoo.tenant is 'it''s odd';
comment on aggregate zoo.how_many(*) is 'all';
comment on column zoo.event_2024.kind is 'here alone';
