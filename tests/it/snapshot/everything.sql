-- One of every kind of thing that a schema can hold, and names that nobody should have given.
create extension pg_stat_statements;
create extension btree_gist;
create extension postgres_fdw;
create role app_reader;
create role "Röle ""q"" \ 😀" in role app_reader;
alter role app_reader set search_path = app, public;

create schema app;
create type app.mood as enum ('sad', 'ok', 'it''s "fine"', 'zz top');
create domain app.positive as bigint check (value > 0);
create domain app.small_positive as app.positive check (value < 100);
create type app.pair as (a int, b text);
create collation app."my coll" from "C";

create table app.tenant (
    id bigint generated always as identity primary key,
    name text collate "C" not null,
    mood app.mood not null default 'ok',
    area numrange,
    limits int4range,
    tags text[],
    doc jsonb,
    worth numeric(12, 2),
    ratio double precision,
    born date,
    seen timestamptz,
    key uuid,
    active boolean,
    level app.small_positive,
    pair app.pair,
    raw bytea,
    addr inet,
    span interval,
    at_time time,
    upper_name text generated always as (upper(name)) stored,
    exclude using gist (limits with &&) where (active)
) with (fillfactor = 70, autovacuum_enabled = false);

create table app.member (
    tenant_id bigint not null references app.tenant (id) on delete cascade,
    id serial,
    email varchar(200) not null,
    boss_tenant bigint,
    boss_id int,
    primary key (tenant_id, id),
    unique (id, tenant_id)
);
-- CREATE TABLE ignores NOT VALID: there is nothing to validate yet
alter table app.tenant add constraint worth_check check (worth >= 0) not valid;
alter table app.member add constraint boss foreign key (boss_id, boss_tenant) references app.member (id, tenant_id)
    on update cascade on delete set null deferrable initially deferred not valid;
alter table app.member add constraint email_once unique (email);

create index member_lower on app.member (lower(email), tenant_id desc nulls last) include (boss_id) where boss_id is not null;
create index member_pattern on app.member (email varchar_pattern_ops, email collate app."my coll" desc);
create index tenant_doc on app.tenant using gin (doc jsonb_path_ops);
create index tenant_tags on app.tenant using gin (tags);
create index tenant_brin on app.tenant using brin (seen);
cluster app.member using email_once;

create table app.event (
    tenant_id bigint not null references app.tenant (id),
    at timestamptz not null,
    kind int not null,
    payload text,
    primary key (tenant_id, at, kind)
) partition by range (at);
create table app.event_2025 partition of app.event for values from ('2025-01-01') to ('2026-01-01') partition by list (kind);
create table app.event_2025_1 partition of app.event_2025 for values in (1, 2);
create table app.event_2025_x partition of app.event_2025 default;
create table app.event_rest partition of app.event default;
create index event_payload on app.event (payload);
create table app.reaction (
    id bigserial primary key,
    tenant_id bigint not null, at timestamptz not null, kind int not null,
    constraint to_event foreign key (tenant_id, at, kind) references app.event (tenant_id, at, kind)
);

create table app.animal (id int primary key, name text);
create table app.dog (bark text) inherits (app.animal);
create unlogged table app.scratch (n int);
create table app."order" (id int primary key references app.animal);
create sequence app.tickets as smallint increment by -2 minvalue -100 maxvalue 100 start 50 cycle;
select nextval('app.tickets');
create sequence app.used_by_default;
create table app.uses_sequence (n bigint default nextval('app.used_by_default'));
create sequence app.never_used;

create server elsewhere foreign data wrapper postgres_fdw options (host '127.0.0.1', port '1');
create foreign table app.far (id int, note text) server elsewhere options (table_name 'far');

create view app.active_tenant as select id, name from app.tenant where active;
create view app.nested as select a.name, count(*) as n from app.active_tenant a join app.member m on m.tenant_id = a.id group by 1;
create materialized view app.totals as select tenant_id, count(*) as members from app.member group by 1;
create unique index totals_tenant on app.totals (tenant_id);

alter table app.tenant enable row level security;
alter table app.member enable row level security;
alter table app.member force row level security;
create policy own on app.tenant using (id = current_setting('app.tenant')::bigint);
create policy "no ""deletes""" on app.member as restrictive for delete to app_reader, "Röle ""q"" \ 😀" using (false);
create policy ins on app.member for insert with check (tenant_id = current_setting('app.tenant')::bigint);
grant select, insert on app.tenant to app_reader;
grant select on app.member to public;
create statistics app.member_pairs (dependencies, ndistinct, mcv) on tenant_id, boss_id from app.member;

create schema "Sch ""ema"" 😀";
create table "Sch ""ema"" 😀"."x
drop table app.tenant; --" ("a ""b""" int primary key, "back\slash" text default 'it''s \ "q"', "Upper Case" int, "select" int, "😀" text);
create index "index
; drop table app.member; --" on "Sch ""ema"" 😀"."x
drop table app.tenant; --" ("select", ("Upper Case" + 1));
create table "Sch ""ema"" 😀".aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg
    (aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg int primary key);
create table "Sch ""ema"" 😀"."no columns" ();
create table "Sch ""ema"" 😀".gap (a int, b int, c int);
alter table "Sch ""ema"" 😀".gap drop column b;
create index gap_c on "Sch ""ema"" 😀".gap (c);

insert into app.tenant (name, mood, area, limits, tags, doc, worth, ratio, born, seen, key, active, level, pair, raw, addr, span, at_time)
select 'Customer ' || (n % 40), (array['sad', 'ok', 'zz top'])[1 + n % 3]::app.mood, numrange(n, n + 1.5),
       int4range(n * 10, n * 10 + 5), array['red' || n % 5, 'blue'], jsonb_build_object('k', n % 4, 'secret', 'Pat ' || n),
       (n % 50) * 10.25, n / 7.0, date '1990-01-01' + n % 100, timestamptz '2024-01-01' + n * interval '1 hour',
       md5((n % 20)::text)::uuid, n % 2 = 0, 1 + n % 90, row(n, 'p' || n)::app.pair, decode(md5(n::text), 'hex'),
       inet '10.0.0.1' + (n % 30), n % 12 * interval '1 day', time '08:00' + n % 9 * interval '5 minutes'
from generate_series(1, 600) n;
insert into app.member (tenant_id, email, boss_tenant, boss_id)
select 1 + n % 600, 'person' || n || '@example.com', null, null from generate_series(1, 3000) n;
insert into app.event select 1 + n % 600, timestamptz '2025-01-01' + n * interval '9 hours', n % 3, 'payload ' || n % 10 from generate_series(1, 1500) n;
insert into app.animal select n, 'a' || n from generate_series(1, 100) n;
insert into app.dog select n, 'd' || n, 'w' from generate_series(1, 50) n;
refresh materialized view app.totals;
analyze;
