-- One row per procedural language that users made, extensions' left out.
select
    l.oid::int8 as oid,
    l.lanname as name,
    pg_catalog.pg_get_userbyid(l.lanowner) as owner,
    l.lanacl::text[] as acl,
    l.lanpltrusted as trusted,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('handler', l.lanplcallfoid::pg_catalog.oid), ('inline', l.laninline::pg_catalog.oid),
                 ('validator', l.lanvalidator::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions
from pg_catalog.pg_language l
where l.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_language'::pg_catalog.regclass and d.objid = l.oid and d.deptype = 'e')
