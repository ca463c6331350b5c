-- Who holds one of these advisory locks in this database. Times of other roles' sessions are NULL without pg_monitor.
SELECT l.pid, coalesce(a.application_name, '') AS application_name, coalesce(a.usename, '') AS role,
       coalesce(a.xact_start, a.backend_start)::timestamptz(0)::text AS since
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint)::text = ANY ($1)
ORDER BY l.pid
