-- One row per event trigger that users made, extensions' left out.
select
    e.oid::int8 as oid,
    e.evtname as name,
    pg_catalog.pg_get_userbyid(e.evtowner) as owner,
    e.evtevent as event,
    (select coalesce(pg_catalog.json_agg(t order by t collate "C"), '[]') from pg_catalog.unnest(e.evttags) as t) as tags,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('function', e.evtfoid::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions,
    e.evtenabled as enabled
from pg_catalog.pg_event_trigger e
where e.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass and d.objid = e.oid and d.deptype = 'e')
