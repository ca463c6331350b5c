-- Extensions that dbharden can use: the version in this database (NULL: not created) and its schema.
select
    a.name,
    e.extversion as version,
    n.nspname as schema
from pg_catalog.pg_available_extensions() a
left join pg_catalog.pg_extension e on e.extname = a.name
left join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where a.name in ('pg_stat_statements', 'hypopg')
order by a.name desc
