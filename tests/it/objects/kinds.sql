-- Objects that hang on no table, several forms of each kind. A first line of a statement `-- 15+` says which versions have it.
create schema app;
create schema "Odd ""name";
create extension pg_trgm with schema app;
create extension hstore version '1.4' schema app;

create trusted language pl_a handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
create language "Pl b" handler plpgsql_call_handler;
create access method heap_b type table handler heap_tableam_handler;
create access method btree_b type index handler bthandler;

create type app.status as enum ('open', 'it''s \ done', 'Closed');
create type app.nothing as enum ();
create type "Odd ""name"."En um" as enum ('a');
create domain app.email as text collate "C" default 'x@y' constraint at check (value ~ '@') check (length(value) < 90);
create domain app.price as numeric(10, 2) not null default 0;
create domain app.prices as app.price[];
create domain app.late as integer;
alter domain app.late add constraint later check (value > 0) not valid;
comment on constraint later on domain app.late is 'one day';
-- 17+
create domain app.named as integer constraint wanted not null;
create type app.pair as (a integer, "B b" text collate "C", c app.status[], d numeric(5, 1));
comment on column app.pair."B b" is 'the second';
create type app.empty as ();
create type app.floats as range (subtype = float8, subtype_diff = float8mi);
create type app.textrange as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
-- 14+
create type app.days as range (subtype = date, multirange_type_name = app.many_days);
create type app.steps;
create function app.steps_canonical(app.steps) returns app.steps immutable strict language internal as 'int4range_canonical';
create type app.steps as range (subtype = integer, canonical = app.steps_canonical);

create collation app.plain (lc_collate = 'C', lc_ctype = 'C');
create collation app.german (provider = icu, locale = 'de-u-co-phonebk');
create collation app.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
-- 16+
create collation app.ruled (provider = icu, locale = 'und', rules = '&a < g');
-- 17+
create collation app.built (provider = builtin, locale = 'C.UTF-8');
create conversion app.from_latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create default conversion app.to_latin for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;

create function app.add(a integer, b integer default 1) returns integer language sql immutable strict parallel safe cost 3
    as 'select a + b';
create function app.add(text, text) returns text language sql as $$select $1 || $2$$;
create function app.rows(n integer, out "I d" integer, out t text) returns setof record language plpgsql stable rows 7
    security definer set search_path = pg_catalog, pg_temp set work_mem = '1MB' as $$begin return query select 1, 'x'; end$$;
create function app.listed(variadic integer[]) returns table (a integer, b text) language sql as 'select 1, null::text';
create function app.win(anyelement) returns anyelement language internal window immutable strict as 'window_lag';
create function app."Od d"("A a" app.status default 'Closed', p app.pair default null) returns void language plpgsql as 'begin end';
-- 14+
create function app.body(n integer) returns bigint language sql begin atomic select count(*) from pg_class where oid = n; end;
create procedure app.proc(a integer, inout b text default 'x, y') language plpgsql as 'begin end';
-- 14+
create procedure app.proc_out(a integer, out b text) language plpgsql as 'begin b := 1; end';
create function app.tied() returns integer language sql as 'select 1';
alter function app.tied() depends on extension pg_trgm;
create function app.no_events() returns event_trigger language plpgsql as 'begin end';

create aggregate app.total(integer) (sfunc = int4pl, stype = integer, initcond = '0', parallel = safe, combinefunc = int4pl);
create aggregate app.moving(x numeric) (
    sfunc = numeric_accum, stype = internal, sspace = 128, finalfunc = numeric_avg, combinefunc = numeric_combine,
    serialfunc = numeric_serialize, deserialfunc = numeric_deserialize, msfunc = numeric_accum, minvfunc = numeric_accum_inv,
    mstype = internal, msspace = 256, mfinalfunc = numeric_avg, mfinalfunc_modify = shareable, parallel = restricted);
create aggregate app.least(integer) (sfunc = int4smaller, stype = integer, sortop = <);
create aggregate app.all_rows(*) (sfunc = int8inc, stype = bigint, initcond = '0');
create aggregate app.middle(float8 order by anyelement) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = shareable);
create aggregate app.place(variadic "any" order by variadic "any") (
    sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);

create function app.point_lt(app.pair, app.pair) returns boolean language sql immutable as 'select $1.a < $2.a';
create function app.point_le(app.pair, app.pair) returns boolean language sql immutable as 'select $1.a <= $2.a';
create function app.point_eq(app.pair, app.pair) returns boolean language sql immutable as 'select $1.a = $2.a';
create function app.point_ge(app.pair, app.pair) returns boolean language sql immutable as 'select $1.a >= $2.a';
create function app.point_gt(app.pair, app.pair) returns boolean language sql immutable as 'select $1.a > $2.a';
create function app.point_cmp(app.pair, app.pair) returns integer language sql immutable as 'select btint4cmp($1.a, $2.a)';
create function app.point_cmp(app.pair, integer) returns integer language sql immutable as 'select btint4cmp($1.a, $2)';
create function app.point_lt(app.pair, integer) returns boolean language sql immutable as 'select $1.a < $2';
create function app.negate(integer) returns integer language sql as 'select -$1';
create operator app.< (function = app.point_lt, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.>),
    negator = operator(app.>=), restrict = scalarltsel, join = scalarltjoinsel);
create operator app.<= (function = app.point_le, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.>=),
    negator = operator(app.>));
create operator app.= (function = app.point_eq, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.=), hashes, merges);
create operator app.>= (function = app.point_ge, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.<=),
    negator = operator(app.<));
create operator app.> (function = app.point_gt, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.<),
    negator = operator(app.<=));
create operator app.< (function = app.point_lt, leftarg = app.pair, rightarg = integer);
create operator app.!- (function = app.negate, rightarg = integer);

create operator family app.loose using btree;
alter operator family app.loose using btree add
    operator 1 app.< (app.pair, integer), function 1 (app.pair, integer) app.point_cmp(app.pair, integer);
create operator family app.bare using hash;
create operator class app.pair_ops default for type app.pair using btree as
    operator 1 app.<, operator 2 app.<=, operator 3 app.=, operator 4 app.>=, operator 5 app.>,
    function 1 app.point_cmp(app.pair, app.pair);
create operator class app.other_pair_ops for type app.pair using btree family app.loose as
    operator 1 app.<, operator 3 app.=, function 1 app.point_cmp(app.pair, app.pair);
create operator class app.gist_ops for type app.pair using gist as storage integer;

create function app.to_pair(integer) returns app.pair language sql immutable as 'select row($1, null, null, null)::app.pair';
create cast (integer as app.pair) with function app.to_pair(integer) as implicit;
create cast (app.status as bytea) with inout;
create cast (app.floats as app.status) with inout as assignment;
create cast (bytea as json) without function;
create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal));
create transform for text language plpgsql (from sql with function prsd_lextype(internal));

create event trigger late on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function app.no_events();
create event trigger silent on sql_drop execute function app.no_events();
alter event trigger silent disable;
create event trigger copy on ddl_command_start execute function app.no_events();
alter event trigger copy enable always;

create table app.t (id integer primary key, name text, gone text);
create table app."Odd T" (id integer primary key);
create publication nothing;
create publication everything for all tables with (publish = 'insert, update', publish_via_partition_root = true);
create publication several for table app.t, app."Odd T" with (publish = 'insert');
-- 15+
create publication parts for table app.t (id, name) where (id > 3), app."Odd T";
-- 15+
create publication schemas for tables in schema app, public;
-- 18+
create publication generated for table app.t with (publish_generated_columns = stored);

create foreign data wrapper bare options (host 'x');
create foreign data wrapper checked validator postgresql_fdw_validator;
create server plain foreign data wrapper bare;
create server far type 'oracle' version '1.2' foreign data wrapper bare options (host 'a b', "Odd o" 'it''s');
create user mapping for reader server far options (user 'x', password 'y');
create user mapping for public server plain;

create text search parser app.words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
create text search parser app.lines (
    start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
create text search template app.simple (init = dsimple_init, lexize = dsimple_lexize);
create text search template app.bare (lexize = dsimple_lexize);
create text search dictionary app.stops (template = app.simple, stopwords = 'english', accept = false);
create text search dictionary app.stem (template = snowball, language = 'english');
create text search dictionary app.none (template = pg_catalog.simple);
create text search configuration app.empty (parser = app.words);
create text search configuration app.search (copy = pg_catalog.english);
alter text search configuration app.search alter mapping for word, hword with app.stops, english_stem;
alter text search configuration app.search drop mapping for url;

alter default privileges grant select on tables to reader;
alter default privileges in schema app grant select, insert on tables to reader with grant option;
alter default privileges in schema "Odd ""name" grant usage on sequences to public;
alter default privileges revoke execute on functions from public;
alter default privileges for role reader grant usage on schemas to public;
alter default privileges for role reader revoke all on types from reader;
-- 18+
alter default privileges grant select on large objects to reader;
