-- Definition, key expressions and predicate of each index on the relations in $1. Opens each relation for a moment.
--
-- $1  oid[]  relations
select
    i.indrelid::int8 as relation,
    i.indexrelid::int8 as oid,
    pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
    case when i.indexprs is not null then (
        select pg_catalog.json_agg(
            case when i.indkey[k.n] = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, k.n + 1, true) end order by k.n)
        from pg_catalog.generate_series(0, i.indnkeyatts - 1) as k (n)
    ) end as expressions,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate
from pg_catalog.pg_index i
where i.indrelid = any ($1)
