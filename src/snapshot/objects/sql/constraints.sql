-- One row per constraint of the tables in $1 that is declared there: what only comes from a parent is left out, so are the copies that a
-- partitioned table's constraints have on partitions, except keys, whose indexes have names. Opens each table for a moment.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    c.conrelid::int8 as relation,
    c.conname as name,
    c.contype,
    pg_catalog.pg_get_constraintdef(c.oid) as definition,
    c.convalidated as valid,
    c.coninhcount > 0 and c.conparentid = 0 as inherited,
    case when c.confrelid <> 0 then (
        select pg_catalog.json_build_object('schema', n.nspname, 'name', r.relname)
        from pg_catalog.pg_class r join pg_catalog.pg_namespace n on n.oid = r.relnamespace
        where r.oid = c.confrelid
    ) end as "references",
    case when c.contype = 'f' then (
        select pg_catalog.string_agg(distinct t.tgenabled::text, '') from pg_catalog.pg_trigger t
        where t.tgconstraint = c.oid and t.tgenabled <> 'O'
    ) end as triggers,
    c.conkey as columns,
    c.conindid::int8 as index
from pg_catalog.pg_constraint c
where c.conrelid = any ($1)
  and c.contype in ('c', 'f', 'p', 'u', 'x')
  and (c.conislocal or c.contype in ('p', 'u', 'x'))
  and (c.contype <> 'f' or c.conparentid = 0)
