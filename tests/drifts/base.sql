-- One object, at least, of every kind that the drift check compares: what drifts.toml changes, one thing at a time.
-- Runs on PostgreSQL 13 and later as superuser, in one message or statement by statement, into an empty database; again in another
-- database of the same server as well. Newer features follow in base_14.sql, base_15.sql ..., after this file and in their order.

-- roles belong to the cluster: another database may have made them
do $$
declare
    name text;
begin
    foreach name in array array['zoo_owner', 'zoo_reader', 'zoo_writer', 'zoo_admin'] loop
        begin
            execute format('create role %I', name);
        exception when duplicate_object or unique_violation then
            null;
        end;
    end loop;
end $$;
-- foreign data wrappers and event triggers belong to superusers only
alter role zoo_admin superuser;

-- schemas, extensions

create schema app;
create schema ext;
create schema spare;
grant usage on schema app to zoo_reader;
comment on schema app is 'the product';

create extension hstore schema ext version '1.6';
create extension pg_trgm schema ext;
create extension btree_gist schema ext;
create extension citext schema ext;
create extension postgres_fdw schema ext;
create extension file_fdw schema ext;

-- types

create type app.mood as enum ('sad', 'ok', 'happy');
create domain app.email as varchar(200) collate "C" default 'nobody@example.org' not null
    constraint email_has_at check (value like '%@%');
create domain app.score as numeric(6, 2);
alter domain app.score add constraint score_positive check (value >= 0) not valid;
create type app.address as (street text, city text collate "C", zip varchar(10));
create type app.pair as (a int, b varchar(10));
create type app.span as range (subtype = float8, subtype_diff = float8mi);
create type app.words as range (subtype = text, collation = "C", subtype_opclass = text_ops);
-- a range with a canonical function needs the shell of its type first
create type app.days;
create function app.days_canonical(app.days) returns app.days language internal immutable strict as 'int4range_canonical';
create type app.days as range (subtype = int4, canonical = app.days_canonical);
-- a base type: found and named, not compared
create type app.blob;
create function app.blob_in(cstring) returns app.blob language internal immutable strict as 'byteain';
create function app.blob_out(app.blob) returns cstring language internal immutable strict as 'byteaout';
create type app.blob (input = app.blob_in, output = app.blob_out, internallength = variable, storage = extended);

create collation app.plain (lc_collate = 'C', lc_ctype = 'C');
create collation app.german (provider = icu, locale = 'de');
create collation app.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- sequences

create sequence app.ticket as bigint increment by 1 minvalue 1 maxvalue 1000000 start with 10 cache 1 no cycle;
create sequence app.loose;

-- functions

create function app.touch() returns trigger language plpgsql as $$
begin
    return new;
end $$;
create function app.touch_more() returns trigger language plpgsql as $$
begin
    return new;
end $$;
create function app.note_ddl() returns event_trigger language plpgsql as $$
begin
    return;
end $$;
create function app.note_more() returns event_trigger language plpgsql as $$
begin
    return;
end $$;
create function app.tenant() returns int language sql stable as $$ select nullif(current_setting('app.tenant', true), '')::int $$;
create function app.plus(a int, b int default 1) returns int language sql immutable parallel safe set search_path = pg_catalog as
    $$ select a + b $$;
create function app.many(n int, variadic rest int[]) returns setof int language sql cost 50 rows 20 as $$ select unnest(rest) $$;
create function app.split(whole text, out head text, out tail text) language sql as
    $$ select split_part(whole, ' ', 1), split_part(whole, ' ', 2) $$;
create function app.position_of() returns bigint language internal window immutable strict as 'window_row_number';
create procedure app.tidy(days int) language plpgsql security invoker as $$
begin
    perform days;
end $$;
create function app.lower_of(text) returns text language internal immutable strict as 'lower';

-- aggregates: plain with moving state, parallel parts, ordered set

create function app.sum_step(state bigint, value int) returns bigint language sql immutable as $$ select coalesce(state, 0) + value $$;
create function app.sum_back(state bigint, value int) returns bigint language sql immutable as $$ select coalesce(state, 0) - value $$;
create function app.sum_both(a bigint, b bigint) returns bigint language sql immutable as $$ select coalesce(a, 0) + coalesce(b, 0) $$;
create function app.sum_end(state bigint) returns bigint language sql immutable as $$ select state $$;
create function app.sum_end(state bigint, value int) returns bigint language sql immutable as $$ select state $$;
create aggregate app.total(int) (
    sfunc = app.sum_step, stype = bigint, sspace = 16, finalfunc = app.sum_end, finalfunc_modify = read_only,
    combinefunc = app.sum_both, initcond = '0',
    msfunc = app.sum_step, minvfunc = app.sum_back, mstype = bigint, msspace = 16, mfinalfunc = app.sum_end,
    mfinalfunc_modify = read_only, minitcond = '0', parallel = safe
);
create aggregate app.smallest(int) (sfunc = int4smaller, stype = int4, sortop = operator(pg_catalog.<));
create aggregate app.mean(numeric) (
    sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg, combinefunc = numeric_avg_combine,
    serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize
);
create aggregate app.rank_of(float8 order by float8) (
    sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra
);

-- operators, operator classes and families, casts, conversions, transforms, languages, access methods

create function app.mood_near(app.mood, app.mood) returns boolean language sql immutable as $$ select $1 = $2 $$;
create function app.mood_far(app.mood, app.mood) returns boolean language sql immutable as $$ select $1 <> $2 $$;
create operator app.=~ (
    leftarg = app.mood, rightarg = app.mood, function = app.mood_near, commutator = operator(app.=~), negator = operator(app.<~>),
    restrict = eqsel, join = eqjoinsel, hashes, merges
);
create operator app.<~> (leftarg = app.mood, rightarg = app.mood, function = app.mood_far, restrict = neqsel, join = neqjoinsel);
create function app.mood_not(app.mood) returns boolean language sql immutable as $$ select $1 = 'sad' $$;
create operator app.!! (rightarg = app.mood, function = app.mood_not);

create operator family app.numbers using btree;
create function app.compare(int, int) returns int language sql immutable as $$ select btint4cmp($1, $2) $$;
create operator class app.backwards for type int using btree family app.numbers as
    operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 app.compare(int, int);
alter operator family app.numbers using btree add operator 2 >=(int, bigint);
create operator class app.hashed_int for type int using hash as operator 1 =, function 1 hashint4(int);
create operator class app.boxes for type point using gist as operator 1 <->(point, point) for order by float_ops,
    function 1 gist_point_consistent(internal, point, smallint, oid, internal), function 2 gist_box_union(internal, internal),
    function 5 gist_box_penalty(internal, internal, internal), function 6 gist_box_picksplit(internal, internal),
    function 7 gist_box_same(box, box, internal), function 8 gist_point_distance(internal, point, smallint, oid, internal), storage box;

create function app.mood_number(app.mood) returns int language sql immutable as $$ select 1 $$;
create function app.mood_figure(app.mood) returns int language sql immutable as $$ select 2 $$;
create cast (app.mood as int) with function app.mood_number(app.mood);
create cast (app.address as text) with inout as assignment;

create conversion app.latin for 'LATIN1' to 'UTF8' from pg_catalog.iso8859_1_to_utf8;

create function app.from_sql(internal) returns internal language internal immutable strict as 'prsd_lextype';
create function app.to_sql(internal) returns int language internal immutable strict as 'int4recv';
create transform for int language sql (from sql with function app.from_sql(internal), to sql with function app.to_sql(internal));
create function app.transformed(a int) returns int language sql transform for type int as $$ select a $$;

create trusted language plzoo handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;

create access method zoo_heap type table handler heap_tableam_handler;
create access method zoo_tree type index handler bthandler;

-- tables

create table app.account (
    id int generated always as identity (start with 1 increment by 1) primary key,
    name text not null,
    email app.email,
    code text,
    constraint account_code_key unique (code)
);

create table app.lead (
    id bigint generated by default as identity,
    account_id int not null,
    tenant_id int not null default app.tenant(),
    name varchar(80) not null,
    note text,
    mood app.mood not null default 'ok',
    price numeric(10, 2) default 0,
    amount int,
    tags text[],
    home app.address,
    during tstzrange,
    place point,
    attributes ext.hstore,
    words tsvector generated always as (to_tsvector('simple'::regconfig, coalesce(note, ''))) stored,
    created_at timestamptz not null default now(),
    constraint lead_pkey primary key (id) with (fillfactor = 90),
    constraint lead_account_fkey foreign key (account_id) references app.account (id) on delete cascade on update no action,
    constraint lead_price_check check (price >= 0),
    constraint lead_amount_check check (amount > 0) no inherit,
    constraint lead_name_key unique (account_id, name) deferrable initially immediate,
    constraint lead_during_excl exclude using gist (account_id with =, during with &&) where (during is not null)
);
alter table app.lead add constraint lead_note_check check (length(note) < 4000) not valid;
alter table app.lead alter note set statistics 200;
alter table app.lead alter name set (n_distinct = 100);
comment on table app.lead is 'someone who may buy';
comment on column app.lead.note is 'as the customer said it';
comment on constraint lead_price_check on app.lead is 'nobody pays us to take it';

-- what nothing depends on: dropped, renamed, replaced
create table app.plot (id int primary key, at point, label varchar(20) collate "C", size int default 1 check (size > 0), cost numeric(10, 2));
create table app.pairs (a int, b int);
create table app.bin (a int, b int);
create unlogged table app.cache (key text primary key, value text);
create table app.tuned (id int primary key, body text) with (fillfactor = 80, toast.autovacuum_enabled = false);
create table app.stored (id int) using zoo_heap;
create type app.row_of as (id int, label text);
create table app.typed of app.row_of (primary key (id));
create table app.loud (id int not null, value text not null, twin int not null);
create unique index loud_id_idx on app.loud (id);
create unique index loud_twin_idx on app.loud (twin);
alter table app.loud replica identity using index loud_id_idx;
alter table app.loud cluster on loud_id_idx;
create table app.serialled (id int not null);
create sequence app.serialled_id_seq owned by app.serialled.id;
alter table app.serialled alter id set default nextval('app.serialled_id_seq');

create table app.animal (name text not null, born date, constraint animal_born_check check (born > '1900-01-01'));
create table app.tagged (tag text);
create table app.dog (barks boolean) inherits (app.animal, app.tagged);

-- indexes

create index lead_account_idx on app.lead (account_id desc nulls last, created_at);
create index lead_open_idx on app.lead (account_id) include (name) where mood <> 'happy';
create index lead_lower_idx on app.lead (lower(name) text_pattern_ops);
create index lead_note_idx on app.lead using gin (note ext.gin_trgm_ops) with (fastupdate = off);
create index lead_created_idx on app.lead using brin (created_at) with (pages_per_range = 32);
create index lead_sum_idx on app.lead ((price * amount), (amount + 1));
alter index app.lead_sum_idx alter column 1 set statistics 300;
create index lead_plain_idx on app.lead (name collate "C") with (fillfactor = 70);
create index lead_tags_idx on app.lead using gist (note ext.gist_trgm_ops (siglen = 32));
create index lead_words_idx on app.lead using gin (words);
comment on index app.lead_words_idx is 'full text';

-- partitions

create table app.event (id bigint not null, at date not null, kind text not null, lead_id bigint, primary key (id, at))
    partition by range (at);
create table app.event_2024 partition of app.event for values from ('2024-01-01') to ('2025-01-01');
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01');
create table app.event_rest partition of app.event default;
create table app.event_alone (like app.event_2025 including defaults including constraints);
create index event_kind_idx on app.event (kind);
create index event_lead_idx on only app.event (lead_id);
create index event_2024_lead_idx on app.event_2024 (lead_id);
alter index app.event_lead_idx attach partition app.event_2024_lead_idx;
create index event_rest_lead_idx on app.event_rest (lead_id);
alter index app.event_lead_idx attach partition app.event_rest_lead_idx;
-- not attached: the index of the parent stays invalid
create index event_2025_lead_idx on app.event_2025 (lead_id);
create table app.shard (n int, m int, name text) partition by hash (n);
create table app.place (country text not null, n int) partition by list (lower(country) collate "C" text_ops);
create table app.place_de partition of app.place for values in ('de', 'at') partition by hash (n);
create table app.place_de_0 partition of app.place_de for values with (modulus 2, remainder 0);

-- views

create view app.lead_names with (security_barrier = true) as select id, name, note from app.lead where mood <> 'sad';
alter view app.lead_names alter column note set default 'none';
create view app.cheap as select id, price from app.lead where price < 100 with local check option;
create materialized view app.lead_list as select id from app.lead with no data;
create view app.lone as select 1 as one;
create materialized view app.lead_counts with (fillfactor = 90) as select account_id, count(*) as leads from app.lead group by 1;
create unique index lead_counts_key on app.lead_counts (account_id);
comment on view app.lead_names is 'for the reports';

-- triggers, rules, event triggers

create trigger lead_touch before update of name, note on app.lead for each row when (old.name is distinct from new.name)
    execute function app.touch('one', 'two');
create trigger lead_after after update on app.lead referencing old table as stale new table as fresh for each statement
    execute function app.touch();
create constraint trigger lead_late after insert on app.lead deferrable initially deferred for each row execute function app.touch();
create trigger lead_quiet before delete on app.lead for each row execute function app.touch();
alter table app.lead disable trigger lead_quiet;
create trigger event_touch before insert on app.event for each row execute function app.touch();
comment on trigger lead_touch on app.lead is 'keeps the time';

create rule bin_keep as on delete to app.bin where old.a > 10 do instead nothing;
create rule bin_quiet as on insert to app.bin do also nothing;
alter table app.bin disable rule bin_quiet;
create rule bin_note as on update to app.bin do also notify app_bin;

create event trigger zoo_ddl on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function app.note_ddl();

-- policies

alter table app.lead enable row level security;
alter table app.account enable row level security;
alter table app.account force row level security;
create policy lead_tenant on app.lead as permissive for all to public using (tenant_id = app.tenant())
    with check (tenant_id = app.tenant());
create policy lead_readers on app.lead as restrictive for select to zoo_reader using (mood <> 'sad');
create policy account_all on app.account using (true);

-- owners and grants

alter table app.plot owner to zoo_owner;
alter type app.address owner to zoo_owner;
grant select on app.lead to zoo_reader;
grant select (id, name) on app.account to zoo_reader;
grant insert, update on app.lead to zoo_writer with grant option;
grant usage on sequence app.ticket to zoo_writer;
revoke execute on function app.plus(int, int) from public;
grant execute on function app.plus(int, int) to zoo_reader;
grant execute on procedure app.tidy(int) to zoo_writer;
grant usage on type app.email to zoo_reader;
alter default privileges for role zoo_owner in schema app grant select on tables to zoo_reader;
alter default privileges for role zoo_owner grant usage on sequences to zoo_writer;
alter default privileges for role zoo_owner revoke execute on functions from public;

-- publications, foreign data

create publication changes for table app.lead, app.account with (publish = 'insert, update');
create publication everything for all tables;

create foreign data wrapper zoo_wrapper handler ext.postgres_fdw_handler options (speed 'high');
create server elsewhere type 'postgres' version '15' foreign data wrapper postgres_fdw options (host 'db.example.org', dbname 'shop');
create server files foreign data wrapper file_fdw;
create user mapping for zoo_reader server elsewhere options (user 'reader', password 'secret');
create foreign table app.remote (
    id int options (column_name 'remote_id') not null,
    name text
) server elsewhere options (schema_name 'public', table_name 'customers');
grant usage on foreign server elsewhere to zoo_reader;
grant usage on foreign data wrapper postgres_fdw to zoo_reader;

-- statistics objects

create statistics app.lead_stats (dependencies, ndistinct) on account_id, mood from app.lead;
alter statistics app.lead_stats set statistics 500;

-- text search

create text search parser app.parser (
    start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline
);
create function app.prs_start(internal, int) returns internal language internal strict as 'prsd_start';
create function app.prs_token(internal, internal, internal) returns internal language internal strict as 'prsd_nexttoken';
create function app.prs_end(internal) returns void language internal strict as 'prsd_end';
create function app.prs_types(internal) returns internal language internal strict as 'prsd_lextype';
create text search template app.template (init = dsimple_init, lexize = dsimple_lexize);
create function app.tmpl_init(internal) returns internal language internal strict as 'dsimple_init';
create function app.tmpl_lexize(internal, internal, internal, internal) returns internal language internal strict as 'dsimple_lexize';
create text search dictionary app.dictionary (template = pg_catalog.simple, stopwords = english);
create text search dictionary app.plain_words (template = app.template);
create text search configuration app.english (parser = default);
alter text search configuration app.english add mapping for asciiword, word with app.dictionary, english_stem;

-- security labels: no provider ships with PostgreSQL, so the catalog gets what one would write
insert into pg_catalog.pg_seclabel (objoid, classoid, objsubid, provider, label)
    values ('app.lead'::regclass, 'pg_class'::regclass, 0, 'zoo', 'secret');
