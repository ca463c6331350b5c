-- As statements.sql for extension 1.8 (13, and later servers whose extension was never updated): there is no column "toplevel".
select
    s.queryid::text as id,
    coalesce(r.rolname, s.userid::text) as role,
    false as nested,
    s.calls,
    s.rows,
    s.total_exec_time as total_ms,
    s.max_exec_time as max_ms,
    s.shared_blks_hit + s.shared_blks_read as blocks
from {schema}.pg_stat_statements(false) s
left join pg_catalog.pg_roles r on r.oid = s.userid
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
