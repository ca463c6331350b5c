-- What users made and the drift check does not compare: base types (their functions are C), shell types, and operators that are only
-- announced as another one's partner.
select case when t.typisdefined then 'base type' else 'shell type' end as what, pg_catalog.format('%I.%I', n.nspname, t.typname) as object
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.oid >= 16384
  and (t.typtype = 'b' and t.typelem = 0 or t.typtype = 'p')
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype in ('e', 'i'))
union all
select 'shell operator', pg_catalog.format('%I.%s (%s, %s)', n.nspname, o.oprname,
    case when o.oprleft = 0 then 'NONE' else pg_catalog.format_type(o.oprleft, null) end,
    case when o.oprright = 0 then 'NONE' else pg_catalog.format_type(o.oprright, null) end)
from pg_catalog.pg_operator o
join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
where o.oid >= 16384
  and o.oprcode = 0
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and d.objid = o.oid and d.deptype = 'e')
