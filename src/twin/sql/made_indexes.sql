-- The indexes whose names begin with $1 and whose OIDs are above $2, those of partitions too, and those with the OIDs $3: where they
-- are and how they are defined.
select pg_catalog.json_build_object(
    'oid', c.oid::int8,
    'name', c.relname,
    'table_schema', tn.nspname,
    'table', t.relname,
    'path', case when c.relkind = 'i' then pg_catalog.pg_relation_filepath(c.oid) end,
    'method', m.amname,
    'definition', pg_catalog.pg_get_indexdef(c.oid),
    'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid),
    'keys', (
        select pg_catalog.json_agg(pg_catalog.json_build_object(
            'column', case when k.number > 0 then (select a.attname from pg_catalog.pg_attribute a where a.attrelid = i.indrelid and a.attnum = k.number) end,
            'expression', case when k.number = 0 then pg_catalog.pg_get_indexdef(c.oid, k.place::int4, true) end,
            'length', y.typlen,
            'align', case y.typalign when 'd' then 8 when 'i' then 4 when 's' then 2 else 1 end,
            'element', y.typcategory = 'A'
        ) order by k.place)
        from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (number, place)
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.place
        join pg_catalog.pg_type y on y.oid = a.atttypid
    )
)::text
from pg_catalog.pg_class c
join pg_catalog.pg_index i on i.indexrelid = c.oid
join pg_catalog.pg_am m on m.oid = c.relam
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where c.relname ~ ('^' || $1::text || '[0-9]+(_[0-9]+)?$') and c.oid > $2::int8::oid
   or c.oid::int8 = any ($3::int8[])
order by c.oid
