-- One row per table without a primary key. Partitions are spoken for by their parent, what belongs to an extension by that.
--
-- $1  text[]  schemas under inspection
select
    n.nspname as schema,
    t.relname as "table",
    coalesce((
        select '; its unique index ' || ic.relname || ' could become one'
        from pg_catalog.pg_index i
        join pg_catalog.pg_class ic on ic.oid = i.indexrelid
        where i.indrelid = t.oid
          and i.indisunique and i.indisvalid and i.indimmediate
          and i.indpred is null and i.indexprs is null
          and not exists (
              select
              from pg_catalog.generate_series(0, i.indnkeyatts - 1) as k (n)
              join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[k.n]
              where not a.attnotnull
          )
        order by ic.relname
        limit 1
    ), '') as candidate,
    nullif(t.reltuples, -1)::int8 as rows   -- -1 is "never analysed", not "empty"
from pg_catalog.pg_class t
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where t.relkind in ('r', 'p')
  and t.relpersistence <> 't'
  and not t.relispartition
  and n.nspname = any ($1)
  and not exists (select from pg_catalog.pg_index i where i.indrelid = t.oid and i.indisprimary)
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e'
  )
order by 1, 2
