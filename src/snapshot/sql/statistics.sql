-- Planner statistics of the relations in $1, from pg_statistic itself: all five slots, also of tables under row-level security.
--
-- $1  oid[]  relations
select
    s.starelid::int8 as relation,
    a.attname as "column",
    a.attnum as number,
    s.stainherit as inherited,
    s.stanullfrac::float8 as null_frac,
    s.stawidth as avg_width,
    s.stadistinct::float8 as n_distinct,
    (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
            'kind', k.kind,
            'operator', case when k.op <> 0 then k.op::pg_catalog.regoperator::text end,
            'collation', case when k.coll <> 0 then k.coll::pg_catalog.regcollation::text end,
            'numbers', k.numbers,
            'values', k.vals::text[]
        ) order by k.n), '[]')   -- a column of NULLs has none
        from (values
            (1, s.stakind1, s.staop1, s.stacoll1, s.stanumbers1, s.stavalues1::text),
            (2, s.stakind2, s.staop2, s.stacoll2, s.stanumbers2, s.stavalues2::text),
            (3, s.stakind3, s.staop3, s.stacoll3, s.stanumbers3, s.stavalues3::text),
            (4, s.stakind4, s.staop4, s.stacoll4, s.stanumbers4, s.stavalues4::text),
            (5, s.stakind5, s.staop5, s.stacoll5, s.stanumbers5, s.stavalues5::text)
        ) as k (n, kind, op, coll, numbers, vals)
        where k.kind <> 0
    ) as slots
from pg_catalog.pg_statistic s
join pg_catalog.pg_attribute a on a.attrelid = s.starelid and a.attnum = s.staattnum and not a.attisdropped
where s.starelid = any ($1)
  and a.attrelid = any ($1)   -- said twice: else every attribute of the database is read for each piece
