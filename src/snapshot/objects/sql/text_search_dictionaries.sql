-- One row per text search dictionary that users made, extensions' left out.
select
    d.oid::int8 as oid,
    n.nspname as schema,
    d.dictname as name,
    pg_catalog.pg_get_userbyid(d.dictowner) as owner,
    pg_catalog.format('%I.%I', tn.nspname, t.tmplname) as template,
    d.dictinitoption as options
from pg_catalog.pg_ts_dict d
join pg_catalog.pg_namespace n on n.oid = d.dictnamespace
join pg_catalog.pg_ts_template t on t.oid = d.dicttemplate
join pg_catalog.pg_namespace tn on tn.oid = t.tmplnamespace
where d.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend x
      where x.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass and x.objid = d.oid and x.deptype = 'e')
