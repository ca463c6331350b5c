-- One row per access method that users made, extensions' left out.
select
    a.oid::int8 as oid,
    a.amname as name,
    a.amtype as type,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('handler', a.amhandler::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions
from pg_catalog.pg_am a
where a.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_am'::pg_catalog.regclass and d.objid = a.oid and d.deptype = 'e')
