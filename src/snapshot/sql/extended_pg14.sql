-- Extended statistics that have been computed, of the relations in $1 before 15: a table and its children are not told apart.
--
-- $1  oid[]  relations
select
    s.oid::int8 as oid,
    pg_catalog.json_build_object('schema', sn.nspname, 'name', s.stxname) as name,
    pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname) as "table",
    false as inherited,
    (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('number', a.attnum, 'name', a.attname) order by a.attnum), '[]')   -- none: expressions alone
        from pg_catalog.pg_attribute a where a.attrelid = s.stxrelid and a.attnum = any (s.stxkeys::int2[])
    ) as columns,
    d.stxdndistinct::text as ndistinct,
    d.stxddependencies::text as dependencies,
    (
        select pg_catalog.json_agg(pg_catalog.json_build_object(
            'values', m.values, 'frequency', m.frequency, 'base_frequency', m.base_frequency) order by m.index)
        from pg_catalog.pg_mcv_list_items(d.stxdmcv) m
    ) as most_common
from pg_catalog.pg_statistic_ext s
join pg_catalog.pg_statistic_ext_data d on d.stxoid = s.oid
join pg_catalog.pg_class c on c.oid = s.stxrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_namespace sn on sn.oid = s.stxnamespace
where s.stxrelid = any ($1)
