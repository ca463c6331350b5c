-- One row: counters of this database. Columns of 14 and later are NULL on 13.
select
    coalesce((j ->> 'xact_commit')::int8, 0) as commits,
    coalesce((j ->> 'xact_rollback')::int8, 0) as rollbacks,
    coalesce((j ->> 'deadlocks')::int8, 0) as deadlocks,
    (j ->> 'sessions')::int8 as sessions,
    (j ->> 'sessions_abandoned')::int8 as sessions_abandoned,
    case when (j ->> 'sessions')::int8 > 0 then (j ->> 'session_time')::float8 / (j ->> 'sessions')::int8 end as mean_session_ms,
    extract(epoch from (j ->> 'stats_reset')::timestamptz)::int8 as stats_reset,
    case when pg_catalog.pg_has_role('pg_monitor', 'USAGE')
         then (select pg_catalog.count(*) from pg_catalog.pg_stat_replication) end as standbys
from (
    select pg_catalog.to_jsonb(d.*) as j
    from pg_catalog.pg_stat_database d
    where d.datname = pg_catalog.current_database()
) as counters
