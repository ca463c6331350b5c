-- One row per schema that users may have made, extensions' left out.
select
    n.oid::int8 as oid,
    n.nspname as name,
    pg_catalog.pg_get_userbyid(n.nspowner) as owner,
    n.nspacl::text[] as acl
from pg_catalog.pg_namespace n
where (n.oid >= 16384 or n.nspname = 'public')
  and n.nspname !~ '^pg_(temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid and d.deptype = 'e')
