-- Sizes of the relations in $1 and of their indexes, as the planner takes them. Opens each for a moment.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname) as name,
    case when x.indexrelid is not null then pg_catalog.json_build_object('schema', tn.nspname, 'name', t.relname) end as "table",
    c.relpages::int8 as pages,
    c.reltuples::float8 as rows,
    c.relallvisible::int8 as all_visible,
    coalesce(pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int8, 0) as blocks,
    x.indexprs is not null as has_expressions
from (
    select r.oid from pg_catalog.unnest($1) as r (oid)
    union all
    select i.indexrelid from pg_catalog.pg_index i where i.indrelid = any ($1)
) as wanted (oid)
join pg_catalog.pg_class c on c.oid = wanted.oid and c.relkind in ('r', 'm', 'p', 'i', 'I')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_index x on x.indexrelid = c.oid
left join pg_catalog.pg_class t on t.oid = x.indrelid
left join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
