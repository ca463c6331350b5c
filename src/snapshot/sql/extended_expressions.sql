-- Statistics of the expressions of extended statistics (14 and later), of the relations in $1.
--
-- $1  oid[]  relations
select
    s.oid::int8 as oid,
    coalesce((pg_catalog.to_jsonb(d) ->> 'stxdinherit')::bool, false) as inherited_data,   -- 15+
    '' as "column",
    false as inherited,
    e.stanullfrac::float8 as null_frac,
    e.stawidth as avg_width,
    e.stadistinct::float8 as n_distinct,
    (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
            'kind', k.kind,
            'operator', case when k.op <> 0 then k.op::pg_catalog.regoperator::text end,
            'collation', case when k.coll <> 0 then k.coll::pg_catalog.regcollation::text end,
            'numbers', k.numbers,
            'values', k.vals::text[]
        ) order by k.n), '[]')
        from (values
            (1, e.stakind1, e.staop1, e.stacoll1, e.stanumbers1, e.stavalues1::text),
            (2, e.stakind2, e.staop2, e.stacoll2, e.stanumbers2, e.stavalues2::text),
            (3, e.stakind3, e.staop3, e.stacoll3, e.stanumbers3, e.stavalues3::text),
            (4, e.stakind4, e.staop4, e.stacoll4, e.stanumbers4, e.stavalues4::text),
            (5, e.stakind5, e.staop5, e.stacoll5, e.stanumbers5, e.stavalues5::text)
        ) as k (n, kind, op, coll, numbers, vals)
        where k.kind <> 0
    ) as slots
from pg_catalog.pg_statistic_ext s
join pg_catalog.pg_statistic_ext_data d on d.stxoid = s.oid
cross join lateral pg_catalog.unnest(d.stxdexpr) with ordinality as e
where s.stxrelid = any ($1)
order by s.oid, 2, e.ordinality
