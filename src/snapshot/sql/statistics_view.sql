-- Planner statistics of the relations in $1 as pg_stats shows them: tables this role may read, and none whose policies bind it.
--
-- $1  oid[]  relations
select
    c.oid::int8 as relation,
    s.attname as "column",
    (select a.attnum from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = s.attname) as number,
    s.inherited,
    s.null_frac::float8 as null_frac,
    s.avg_width,
    s.n_distinct::float8 as n_distinct,
    (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('kind', k.kind, 'numbers', k.numbers, 'values', k.vals) order by k.kind), '[]')
        from (values
            (1, s.most_common_freqs, s.most_common_vals::text::text[]),
            (2, null, s.histogram_bounds::text::text[]),
            (3, array[s.correlation], null),
            (4, s.most_common_elem_freqs, s.most_common_elems::text::text[]),
            (5, s.elem_count_histogram, null)
        ) as k (kind, numbers, vals)
        where k.vals is not null or k.kind in (3, 5) and k.numbers[1] is not null
    ) as slots
from pg_catalog.pg_stats s
join pg_catalog.pg_namespace n on n.nspname = s.schemaname
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.tablename
where c.oid = any ($1)
