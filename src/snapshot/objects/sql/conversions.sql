-- One row per encoding conversion that users made, extensions' left out.
select
    c.oid::int8 as oid,
    n.nspname as schema,
    c.conname as name,
    pg_catalog.pg_get_userbyid(c.conowner) as owner,
    pg_catalog.pg_encoding_to_char(c.conforencoding) as for_encoding,
    pg_catalog.pg_encoding_to_char(c.contoencoding) as to_encoding,
    c.condefault as "default",
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('function', c.conproc::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions
from pg_catalog.pg_conversion c
join pg_catalog.pg_namespace n on n.oid = c.connamespace
where c.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
