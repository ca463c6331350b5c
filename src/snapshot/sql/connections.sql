-- Client sessions of the cluster in groups, ourselves left out. Their statements' texts are not read.
select
    a.datname as database,
    a.usename as role,
    coalesce(a.application_name, '') as application,
    a.state,
    pg_catalog.count(*) as sessions,
    extract(epoch from pg_catalog.max(pg_catalog.now() - a.xact_start) filter (where a.state <> 'idle'))::int8 as oldest_transaction_s
from pg_catalog.pg_stat_activity a
where coalesce(a.backend_type, 'client backend') = 'client backend'
  and a.pid <> pg_catalog.pg_backend_pid()
group by 1, 2, 3, 4
