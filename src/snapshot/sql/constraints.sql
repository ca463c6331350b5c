-- One row per constraint of the relations in $1, its columns as numbers. Takes no lock. Texts of checks follow in constraint_texts.sql.
--
-- $1  oid[]  relations
select
    c.conrelid::int8 as relation,
    c.conname as name,
    case c.contype
        when 'c' then 'check'
        when 'f' then 'foreign_key'
        when 'p' then 'primary_key'
        when 'u' then 'unique'
        when 'x' then 'exclusion'
        else 'other'
    end as kind,
    coalesce(c.conkey, '{}') as columns,
    c.convalidated as validated,
    c.condeferrable as deferrable,
    c.conparentid <> 0 or c.coninhcount > 0 as inherited,
    nullif(c.confrelid, 0)::int8 as referenced,
    (
        select pg_catalog.json_agg(a.attname order by k.ord)
        from pg_catalog.unnest(c.confkey) with ordinality as k (attnum, ord)
        join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum
    ) as referenced_columns,
    c.confdeltype as on_delete,
    c.confupdtype as on_update
from pg_catalog.pg_constraint c
left join pg_catalog.pg_constraint p on p.oid = c.conparentid
where c.conrelid = any ($1)
  and c.contype <> 't'
  and p.conrelid is distinct from c.conrelid    -- not the hidden twins of a key that references a partitioned table
