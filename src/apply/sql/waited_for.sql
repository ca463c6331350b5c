-- Transactions that a CONCURRENTLY statement of process $1 would wait for now: those of this database that are older than a second.
-- Names and times of other roles' sessions are NULL without pg_monitor.
SELECT a.pid, coalesce(a.application_name, '') AS application_name, coalesce(a.usename, '') AS role,
       a.xact_start::timestamptz(0)::text AS since
FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.pid <> $1
  AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
  AND a.xact_start < clock_timestamp() - interval '1 second'
ORDER BY a.xact_start
