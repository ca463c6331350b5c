-- One row per transform that users made, extensions' left out.
select
    t.oid::int8 as oid,
    pg_catalog.format_type(t.trftype, null) as name,
    l.lanname as part,
    (
        select pg_catalog.format('%I.%I(%s)', fn.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes))
        from pg_catalog.pg_proc f join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
        where f.oid = t.trffromsql::pg_catalog.oid
    ) as from_sql,
    (
        select pg_catalog.format('%I.%I(%s)', fn.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes))
        from pg_catalog.pg_proc f join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
        where f.oid = t.trftosql::pg_catalog.oid
    ) as to_sql
from pg_catalog.pg_transform t
join pg_catalog.pg_language l on l.oid = t.trflang
where t.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_transform'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e')
