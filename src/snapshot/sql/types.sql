-- One row per type that a column of the relations in $1 has, with the element and base types behind it.
--
-- $1  oid[]  relations
with recursive used (oid) as (
    select a.atttypid from pg_catalog.pg_attribute a where a.attrelid = any ($1) and a.attnum > 0 and not a.attisdropped
    union
    select behind.oid
    from used u
    join pg_catalog.pg_type t on t.oid = u.oid
    cross join lateral (values (t.typbasetype), (t.typelem)) as behind (oid)
    where behind.oid <> 0
)
select
    t.oid::int8 as oid,
    pg_catalog.json_build_object('schema', n.nspname, 'name', t.typname) as name,
    t.typtype as kind,
    t.typcategory as category,
    t.typlen as length,
    nullif(t.typelem, 0)::int8 as element,
    nullif(t.typbasetype, 0)::int8 as base,
    coalesce((select pg_catalog.json_agg(l.enumlabel order by l.enumsortorder)
              from pg_catalog.pg_enum l where l.enumtypid = t.oid), '[]') as labels
from used u
join pg_catalog.pg_type t on t.oid = u.oid
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
