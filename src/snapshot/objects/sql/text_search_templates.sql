-- One row per text search template that users made, extensions' left out.
select
    t.oid::int8 as oid,
    n.nspname as schema,
    t.tmplname as name,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('init', t.tmplinit::pg_catalog.oid), ('lexize', t.tmpllexize::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions
from pg_catalog.pg_ts_template t
join pg_catalog.pg_namespace n on n.oid = t.tmplnamespace
where t.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e')
