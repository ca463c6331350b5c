-- One row per foreign-data wrapper that users made, extensions' left out.
select
    w.oid::int8 as oid,
    w.fdwname as name,
    pg_catalog.pg_get_userbyid(w.fdwowner) as owner,
    w.fdwacl::text[] as acl,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('handler', w.fdwhandler::pg_catalog.oid), ('validator', w.fdwvalidator::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions,
    coalesce(w.fdwoptions, '{}') as options
from pg_catalog.pg_foreign_data_wrapper w
where w.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass and d.objid = w.oid and d.deptype = 'e')
