-- What users made and the drift check does not compare: base types (their functions are C), shell types, and what hangs on nothing.
select case when t.typisdefined then 'base type' else 'shell type' end as what, pg_catalog.format('%I.%I', n.nspname, t.typname) as object
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.oid >= 16384
  and (t.typtype = 'b' and t.typelem = 0 or t.typtype = 'p')
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype in ('e', 'i'))
