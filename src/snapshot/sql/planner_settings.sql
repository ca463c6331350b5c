-- Planner settings of this database and of roles.
select
    r.rolname as role,
    s.setdatabase <> 0 as database,
    pg_catalog.split_part(entry, '=', 1) as name,
    pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1) as value
from pg_catalog.pg_db_role_setting s
cross join pg_catalog.unnest(s.setconfig) as entry
left join pg_catalog.pg_roles r on r.oid = s.setrole
where s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
  and (s.setrole = 0 or r.rolname is not null)
  and pg_catalog.split_part(entry, '=', 1) in (
      select g.name
      from pg_catalog.pg_settings g
      where g.category like 'Query Tuning%' or g.category like 'Resource Usage / Memory%' and g.name ~ 'work_mem|hash_mem'
         or g.name in ('max_parallel_workers', 'max_parallel_workers_per_gather', 'effective_io_concurrency', 'jit'))
