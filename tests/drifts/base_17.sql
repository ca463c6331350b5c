-- What PostgreSQL 17 added; after base_16.sql.

create collation app.built_in (provider = builtin, locale = 'C.UTF-8');
grant maintain on app.account to zoo_writer;

-- an identity of a partitioned table is its partitions' as well
create table app.metric (id bigint generated always as identity, at date not null) partition by range (at);
create table app.metric_2025 partition of app.metric for values from ('2025-01-01') to ('2026-01-01');
