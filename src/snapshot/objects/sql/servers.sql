-- One row per foreign server that users made, extensions' left out.
select
    s.oid::int8 as oid,
    s.srvname as name,
    pg_catalog.pg_get_userbyid(s.srvowner) as owner,
    s.srvacl::text[] as acl,
    w.fdwname as foreign_data_wrapper,
    s.srvtype as type,
    s.srvversion as version,
    coalesce(s.srvoptions, '{}') as options
from pg_catalog.pg_foreign_server s
join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
where s.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass and d.objid = s.oid and d.deptype = 'e')
