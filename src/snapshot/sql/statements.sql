-- Counters of every entry of this database, without texts: the file that holds those may be huge. Extension 1.9 and later (14+).
-- {schema} is the extension's.
select
    s.queryid::text as id,
    coalesce(r.rolname, s.userid::text) as role,
    not s.toplevel as nested,
    s.calls,
    s.rows,
    s.total_exec_time as total_ms,
    s.max_exec_time as max_ms,
    s.shared_blks_hit + s.shared_blks_read as blocks
from {schema}.pg_stat_statements(false) s
left join pg_catalog.pg_roles r on r.oid = s.userid
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
