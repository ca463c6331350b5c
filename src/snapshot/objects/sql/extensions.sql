-- One row per extension that users made. The version counts only where it is not the one that this server gives by itself.
select
    e.oid::int8 as oid,
    e.extname as name,
    pg_catalog.pg_get_userbyid(e.extowner) as owner,
    n.nspname as extension_schema,
    case when e.extversion is distinct from (
        select a.default_version from pg_catalog.pg_available_extensions() as a where a.name = e.extname
    ) then e.extversion end as version
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.oid >= 16384
