-- Counters of each table in $1.
--
-- $1  oid[]  relations
select
    s.relid::int8 as relation,
    coalesce(s.seq_scan, 0) as seq_scan,
    coalesce(s.seq_tup_read, 0) as seq_tup_read,
    s.idx_scan,
    coalesce(s.n_tup_ins, 0) as inserted,
    coalesce(s.n_tup_upd, 0) as updated,
    coalesce(s.n_tup_hot_upd, 0) as hot_updated,
    coalesce(s.n_tup_del, 0) as deleted,
    coalesce(s.n_live_tup, 0) as live_rows,
    coalesce(s.n_dead_tup, 0) as dead_rows,
    extract(epoch from greatest(s.last_analyze, s.last_autoanalyze))::int8 as last_analyze,
    extract(epoch from greatest(s.last_vacuum, s.last_autovacuum))::int8 as last_vacuum
from pg_catalog.pg_stat_all_tables s
where s.relid = any ($1)
