-- One change of each attribute that can change: `-- both` is in both databases, `-- from` in the one that is changed, `-- to` in the one
-- it shall equal. `-- 15+` in front of a statement says which versions have it.

-- both
create schema app;
create schema other;
create table app.t (id integer primary key, name text, at date);
create table app.u (id integer primary key);
create table app.v (id integer primary key);

-- from
create extension hstore version '1.4' schema app;
create extension pg_trgm version '1.4' schema app;
-- to
create extension hstore schema other;
create extension pg_trgm version '1.5' schema app;

-- from
create trusted language pl_a handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
create language pl_b handler plpgsql_call_handler;
-- to
create language pl_a handler plpgsql_call_handler;
create trusted language pl_b handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;

-- from
create type app.last as enum ('a', 'b');
create type app.first as enum ('a', 'b');
create type app.middle as enum ('a', 'b');
create type app.fresh as enum ();
-- to
create type app.last as enum ('a', 'b', 'c', 'it''s');
create type app.first as enum ('x', 'y', 'a', 'b');
create type app.middle as enum ('a', 'm', 'b', 'c');
create type app.fresh as enum ('a', 'b');

-- from
create domain app.defaults as integer;
create domain app.no_default as integer default 3;
create domain app.wants as integer;
create domain app.wants_not as integer not null;
create domain app.checked as integer;
create domain app.unchecked as integer constraint positive check (value > 0) constraint small check (value < 100);
create domain app.differently as integer constraint positive check (value > 0);
create domain app.proven as integer;
alter domain app.proven add constraint positive check (value > 0) not valid;
create domain app.unproven as integer constraint positive check (value > 0);
create domain app.said as integer constraint positive check (value > 0);
create domain app.unsaid as integer constraint positive check (value > 0);
comment on constraint positive on domain app.unsaid is 'gone';
-- 17+
create domain app.renamed as integer constraint a not null;
-- 17+
create domain app.noted as integer not null;
-- to
create domain app.defaults as integer default 1 + 1;
create domain app.no_default as integer;
create domain app.wants as integer not null;
create domain app.wants_not as integer;
create domain app.checked as integer constraint positive check (value > 0);
create domain app.unchecked as integer constraint small check (value < 100);
create domain app.differently as integer constraint positive check (value > 1);
create domain app.proven as integer constraint positive check (value > 0);
create domain app.unproven as integer;
alter domain app.unproven add constraint positive check (value > 0) not valid;
create domain app.said as integer constraint positive check (value > 0);
comment on constraint positive on domain app.said is 'it''s';
create domain app.unsaid as integer constraint positive check (value > 0);
-- 17+
create domain app.renamed as integer constraint b not null;
-- 17+
create domain app.noted as integer not null;
-- 17+
comment on constraint noted_not_null on domain app.noted is 'why';

-- from
create type app.grows as (a integer);
create type app.shrinks as (a integer, b text);
create type app.typed as (a integer, b text);
create table app.of_typed of app.typed;
create type app.attributes as (a integer, b text);
comment on column app.attributes.a is 'gone';
-- to
create type app.grows as (a integer, "B b" text collate "C");
create type app.shrinks as (b text);
create type app.typed as (a bigint, b text, c date);
create table app.of_typed of app.typed;
create type app.attributes as (a integer, b text collate "C");
comment on column app.attributes.b is 'new';

-- from
create function app.body(a integer) returns integer language sql as 'select 1';
create function app.names(integer, b text default 'x, y') returns integer language sql as 'select 1';
create function app.settings() returns integer language sql security definer set work_mem = '1MB' as 'select 1';
create function app.untied() returns integer language sql as 'select 1';
alter function app.untied() depends on extension plpgsql;
create function app.tied() returns integer language sql as 'select 1';
create function app.results(a integer) returns integer language sql as 'select 1';
create function app.renames(a integer) returns integer language sql as 'select 1';
create function app.loses(a integer default 1) returns integer language sql as 'select 1';
create function app.outs(out a integer, out b integer) language sql as 'select 1, 2';
create procedure app.proc(a integer, b text default 'x') language sql as 'select 1';
-- to
create function app.body(a integer) returns integer language plpgsql stable as 'begin return 2; end';
create function app.names("A" integer default 3, b text default 'z') returns integer language sql as 'select 1';
create function app.settings() returns integer language sql set search_path = pg_catalog as 'select 1';
create function app.untied() returns integer language sql as 'select 1';
create function app.tied() returns integer language sql as 'select 1';
alter function app.tied() depends on extension plpgsql;
create function app.results(a integer) returns bigint language sql as 'select 1::bigint';
create function app.renames(b integer) returns integer language sql as 'select 1';
create function app.loses(a integer) returns integer language sql as 'select 1';
create function app.outs(out a integer, out c integer) language sql as 'select 1, 2';
create procedure app.proc(a integer, b text default 'y') language sql as 'select 2';

-- from
create aggregate app.total(integer) (sfunc = int4pl, stype = integer);
create aggregate app.other(integer) (sfunc = int4pl, stype = integer);
-- to
create aggregate app.total(integer) (sfunc = int4pl, stype = integer, initcond = '1', parallel = safe, combinefunc = int4pl);
create aggregate app.other(integer) (sfunc = int8inc_any, stype = bigint, initcond = '0');

-- both
create function app.eq(app.t, app.t) returns boolean language sql immutable as 'select $1.id = $2.id';
create function app.ne(app.t, app.t) returns boolean language sql immutable as 'select $1.id <> $2.id';
create function app.cmp(app.t, integer) returns integer language sql immutable as 'select btint4cmp($1.id, $2)';
create function app.eq(app.t, integer) returns boolean language sql immutable as 'select $1.id = $2';
create operator app.=== (function = app.eq, leftarg = app.t, rightarg = integer);
create operator app.<> (function = app.ne, leftarg = app.t, rightarg = app.t);
-- from
create operator app.= (function = app.eq, leftarg = app.t, rightarg = app.t, restrict = eqsel);
create operator app.== (function = app.eq, leftarg = app.t, rightarg = app.t);
create operator family app.adds using btree;
create operator family app.removes using btree;
alter operator family app.removes using btree add operator 3 app.=== (app.t, integer);
-- to
create operator app.= (function = app.eq, leftarg = app.t, rightarg = app.t, join = eqjoinsel);
create operator app.== (function = app.eq, leftarg = app.t, rightarg = app.t, commutator = operator(app.==), hashes, merges);
create operator family app.adds using btree;
alter operator family app.adds using btree add
    operator 3 app.=== (app.t, integer), function 1 (app.t, integer) app.cmp(app.t, integer);
create operator family app.removes using btree;
alter operator family app.removes using btree add operator 1 app.=== (app.t, integer);

-- from
create transform for integer language sql (from sql with function prsd_lextype(internal), to sql with function int4recv(internal));
-- to
create transform for integer language sql (from sql with function prsd_lextype(internal));

-- both
create function app.no_events() returns event_trigger language plpgsql as 'begin end';
-- from
create event trigger off on sql_drop execute function app.no_events();
create event trigger moved on sql_drop execute function app.no_events();
-- to
create event trigger off on sql_drop execute function app.no_events();
alter event trigger off enable replica;
create event trigger moved on ddl_command_end when tag in ('CREATE TABLE') execute function app.no_events();

-- from
create publication tables for table app.t, app.u;
create publication options for table app.t with (publish = 'insert');
create publication all_of for all tables;
-- 15+
create publication columns for table app.t (id), app.u where (id > 1), app.v;
-- 15+
create publication schemas for tables in schema app;
-- 18+
create publication generated;
-- to
create publication tables for table app.u, app.v;
create publication options for table app.t with (publish = 'update, truncate', publish_via_partition_root);
create publication all_of for table app.t;
-- 15+
create publication columns for table app.t (id, name), app.u, app.v where (id > 2);
-- 15+
create publication schemas for tables in schema other;
-- 18+
create publication generated with (publish_generated_columns = stored);

-- from
create foreign data wrapper bare options (a 'x', b 'y');
create foreign data wrapper checked;
create foreign data wrapper unchecked validator postgresql_fdw_validator;
create server far type 'x' version '1' foreign data wrapper bare options (host 'a', port '1');
create server of_type type 'x' foreign data wrapper bare;
-- to
create foreign data wrapper bare options (b 'z', "C c" 'it''s');
create foreign data wrapper checked validator postgresql_fdw_validator;
create foreign data wrapper unchecked;
create server far type 'x' foreign data wrapper bare options (host 'b', dbname 'c');
create server of_type type 'y' foreign data wrapper bare;

-- from
create text search dictionary app.stops (template = pg_catalog.simple, stopwords = 'english', accept = false);
create text search dictionary app.moved (template = pg_catalog.simple);
create text search configuration app.search (copy = pg_catalog.english);
-- to
create text search dictionary app.stops (template = pg_catalog.simple, stopwords = 'french');
create text search dictionary app.moved (template = pg_catalog.snowball, language = 'english');
create text search configuration app.search (copy = pg_catalog.english);
alter text search configuration app.search drop mapping for url, email;
alter text search configuration app.search alter mapping for word, hword with simple, english_stem;
alter text search configuration app.search add mapping for tag with simple;

-- from
alter default privileges grant select, insert on tables to reader;
alter default privileges in schema app grant select on tables to reader with grant option;
alter default privileges in schema other grant usage on sequences to reader;
alter default privileges revoke execute on functions from public;
-- to
alter default privileges grant select, update on tables to reader with grant option;
alter default privileges in schema app grant select, delete on tables to reader;
alter default privileges for role reader revoke all on types from public;
alter default privileges for role reader grant execute on functions to postgres with grant option;
