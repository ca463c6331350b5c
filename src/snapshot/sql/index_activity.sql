-- Counters of each index on the relations in $1. `last_idx_scan` exists from 16 on.
--
-- $1  oid[]  relations
select
    s.relid::int8 as relation,
    s.indexrelid::int8 as oid,
    coalesce(s.idx_scan, 0) as scans,
    extract(epoch from (pg_catalog.to_jsonb(s) ->> 'last_idx_scan')::timestamptz)::int8 as last_scan
from pg_catalog.pg_stat_all_indexes s
where s.relid = any ($1)
