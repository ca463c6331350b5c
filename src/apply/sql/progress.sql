-- How far the index build of process $1 is.
SELECT p.phase, p.blocks_total, p.blocks_done, p.tuples_total, p.tuples_done, p.lockers_total, p.lockers_done,
       p.partitions_total, p.partitions_done, nullif(p.current_locker_pid, 0) AS locker
FROM pg_stat_progress_create_index p
WHERE p.pid = $1
