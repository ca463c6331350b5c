-- What a backfill of table $1 by process $2 gives way to. What our role may not see is NULL, and then not given way to.
SELECT (SELECT max(CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn) END)
        FROM pg_stat_replication r WHERE r.state = 'streaming')::bigint AS lag_bytes,
       (SELECT r.application_name FROM pg_stat_replication r WHERE r.state = 'streaming' ORDER BY r.replay_lsn LIMIT 1) AS replica,
       (SELECT extract(epoch FROM clock_timestamp() - min(a.xact_start)) FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.pid NOT IN (pg_backend_pid(), $2)
          AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
          AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'parallel worker'))::bigint AS oldest_s,
       (SELECT p.pid FROM pg_stat_progress_vacuum p WHERE p.relid = to_regclass($1)) AS vacuum,
       (SELECT d.xact_commit + d.xact_rollback FROM pg_stat_database d WHERE d.datname = current_database()) AS ended
