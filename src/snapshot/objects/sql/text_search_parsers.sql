-- One row per text search parser that users made, extensions' left out.
select
    p.oid::int8 as oid,
    n.nspname as schema,
    p.prsname as name,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('start', p.prsstart::pg_catalog.oid), ('gettoken', p.prstoken::pg_catalog.oid),
                 ('end', p.prsend::pg_catalog.oid), ('headline', p.prsheadline::pg_catalog.oid),
                 ('lextypes', p.prslextype::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions
from pg_catalog.pg_ts_parser p
join pg_catalog.pg_namespace n on n.oid = p.prsnamespace
where p.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
