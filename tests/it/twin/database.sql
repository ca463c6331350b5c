-- Skewed, correlated, partitioned, with every kind of statistics; deterministic.
create extension btree_gin;
create type state as enum ('new', 'open', 'won', 'lost');
create domain positive as int check (value > 0);
create table account (
    id bigint primary key,
    gone text,
    org int not null,
    email text not null,
    state state not null,
    region text,
    seats positive,
    created timestamptz not null,
    doubled int generated always as (org * 2) stored
);
alter table account drop column gone;
create table event (
    id bigint generated always as identity primary key,
    account_id bigint not null references account,
    kind text,
    at timestamptz not null,
    amount numeric(12, 2),
    tags text[],
    doc jsonb,
    span int4range
);
create table reading (at date not null, sensor int not null, value float8) partition by range (at);
create table reading_1 partition of reading for values from ('2025-01-01') to ('2025-07-01');
create table reading_2 partition of reading for values from ('2025-07-01') to ('2026-01-01');
create table reading_rest partition of reading default;
create table empty (id int primary key, note text);

insert into account (id, org, email, state, region, seats, created)
select i, i % (1 + i % 60), 'u' || md5(i::text) || '@example.org',
       (array['new', 'open', 'won', 'lost'])[1 + (i % 7 = 0)::int + (i % 3 = 0)::int + (i % 11 = 0)::int]::state,
       case when i % 10 < 7 then 'region ' || i % (1 + i % 60) end, 1 + i % 9, timestamptz '2025-01-01' + i * interval '7 minutes'
from generate_series(1, 40000) i;
insert into event (account_id, kind, at, amount, tags, doc, span)
select 1 + i::bigint * i % 40000, 'kind ' || i % 37 % (1 + i % 11), timestamptz '2025-01-01' + i * interval '90 seconds',
       i % 10007 / 100.0, array['tag ' || i % 5, 'tag ' || i % 100], jsonb_build_object('a', i % 10, 'b', i % 1000),
       int4range(i % 500, i % 500 + i % 20 + 1)
from generate_series(1, 160000) i;
insert into reading
select date '2025-01-01' + i % 500, i % 300, i % 997 from generate_series(1, 60000) i;

create index on account (org, created desc);
create index on account (lower(email));
create index on account (state) where state <> 'new';
create index on event (account_id) include (amount);
create index on event (at);
create index on event (kind, at);
create index on event using gin (tags);
create index on event using gin (doc);
create index on event using brin (at);
create index on reading (sensor, at);
create statistics account_columns (ndistinct, dependencies, mcv) on org, region, state from account;
create view rich as select a.org, e.* from account a join event e on e.account_id = a.id where e.amount > 90;
-- every row is drawn: what the statistics say does not depend on chance
set default_statistics_target = 600;
vacuum analyze;
reset default_statistics_target;
