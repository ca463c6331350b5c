-- Who makes process $1 wait for a lock. Names and times of other roles' sessions are NULL without pg_monitor.
SELECT b.pid, coalesce(a.application_name, '') AS application_name, coalesce(a.usename, '') AS role,
       a.xact_start::timestamptz(0)::text AS since,
       (SELECT l.virtualtransaction FROM pg_locks l WHERE l.pid IS NOT DISTINCT FROM nullif(b.pid, 0) AND l.granted LIMIT 1) AS transaction
FROM unnest(pg_blocking_pids($1::int)) AS b (pid)
LEFT JOIN pg_stat_activity a ON a.pid = b.pid
