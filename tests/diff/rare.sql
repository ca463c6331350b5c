-- Kinds that ordinary schemas do not have: a tool must at least say that it saw them. Loads by itself on 13 and newer.
-- A database with a subscription cannot be dropped: `drop subscription rare_subscription` first.

create schema rare;

-- a base type, made of the functions of integer
create type rare.gem;
create function rare.gem_in(cstring) returns rare.gem language internal immutable strict as 'int4in';
create function rare.gem_out(rare.gem) returns cstring language internal immutable strict as 'int4out';
create type rare.gem (input = rare.gem_in, output = rare.gem_out, like = integer, category = 'N', default = '7', delimiter = ';', collatable = false);
create table rare.stones (g rare.gem not null, list rare.gem[]);

-- a type that is only declared
create type rare.shell;

-- a range with a canonical function
create type rare.int_span;
create function rare.int_span_canonical(rare.int_span) returns rare.int_span language internal immutable strict as 'int4range_canonical';
create type rare.int_span as range (subtype = integer, canonical = rare.int_span_canonical, subtype_diff = int4range_subdiff);

create function rare.pl_handler() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function rare.pl_inline(internal) returns void language c strict as '$libdir/plpgsql', 'plpgsql_inline_handler';
create function rare.pl_validator(oid) returns void language c strict as '$libdir/plpgsql', 'plpgsql_validator';
create trusted language rare_pl handler rare.pl_handler inline rare.pl_inline validator rare.pl_validator;
comment on language rare_pl is 'plpgsql by another name';
create function rare.in_rare_pl() returns integer language rare_pl as 'begin return 1; end';

create access method rare_heap type table handler heap_tableam_handler;
create access method rare_btree type index handler bthandler;
comment on access method rare_heap is 'heap by another name';
create table rare.in_rare_heap (id integer) using rare_heap;

create text search parser rare.words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
create text search template rare.plain (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary rare.of_plain (template = rare.plain);
create text search configuration rare.of_words (parser = rare.words);
comment on text search parser rare.words is 'the usual one';
comment on text search template rare.plain is 'the usual one too';

create subscription rare_subscription connection 'host=db.example.com dbname=canary password=canary-secret-never-shown' publication p with (connect = false, slot_name = none);
select lo_create(424242);
