-- OIDs and names of the enums, domains, composite types and ranges that users made; row types of tables and extensions' left out.
select t.oid::int8 as oid, pg_catalog.format('%I.%I', n.nspname, t.typname) as name
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_class c on c.oid = t.typrelid
where t.oid >= 16384
  and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c')
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e')
order by t.oid
