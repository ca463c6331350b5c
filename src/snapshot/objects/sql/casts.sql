-- One row per cast that users made; extensions' left out, and those that range types bring with them.
select
    c.oid::int8 as oid,
    pg_catalog.format_type(c.castsource, null) as name,
    pg_catalog.format_type(c.casttarget, null) as part,
    (
        select pg_catalog.format('%I.%I(%s)', fn.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes))
        from pg_catalog.pg_proc f join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
        where f.oid = c.castfunc
    ) as function,
    c.castmethod as method,
    c.castcontext as context
from pg_catalog.pg_cast c
where c.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass and d.objid = c.oid and d.deptype in ('e', 'i'))
