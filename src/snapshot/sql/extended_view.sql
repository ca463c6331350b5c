-- Extended statistics as pg_stats_ext shows them: those of tables this role owns, none where policies bind it.
--
-- $1  oid[]  relations
select
    s.oid::int8 as oid,
    pg_catalog.json_build_object('schema', v.statistics_schemaname, 'name', v.statistics_name) as name,
    pg_catalog.json_build_object('schema', v.schemaname, 'name', v.tablename) as "table",
    coalesce((pg_catalog.to_jsonb(v) ->> 'inherited')::bool, false) as inherited,   -- 15+
    (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('number', a.attnum, 'name', a.attname) order by a.attnum), '[]')   -- none: expressions alone
        from pg_catalog.pg_attribute a where a.attrelid = s.stxrelid and a.attnum = any (s.stxkeys::int2[])
    ) as columns,
    v.n_distinct::text as ndistinct,
    v.dependencies::text as dependencies,
    (
        select pg_catalog.json_agg(pg_catalog.json_build_object(
            'values', (select pg_catalog.json_agg(v.most_common_vals[k.n][j.n] order by j.n)
                       from pg_catalog.generate_subscripts(v.most_common_vals, 2) as j (n)),
            'frequency', v.most_common_freqs[k.n], 'base_frequency', v.most_common_base_freqs[k.n]) order by k.n)
        from pg_catalog.generate_subscripts(v.most_common_freqs, 1) as k (n)
    ) as most_common
from pg_catalog.pg_stats_ext v
join pg_catalog.pg_namespace sn on sn.nspname = v.statistics_schemaname
join pg_catalog.pg_statistic_ext s on s.stxnamespace = sn.oid and s.stxname = v.statistics_name
where s.stxrelid = any ($1)
