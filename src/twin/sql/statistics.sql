-- Writes rows of pg_statistic.
--
-- $1  jsonb  [{schema, name, column or number, inherited, null_frac, avg_width, n_distinct, slots: [{kind, operator, collation, numbers, values}]}]
insert into pg_catalog.pg_statistic (
    starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct,
    stakind1, stakind2, stakind3, stakind4, stakind5,
    staop1, staop2, staop3, staop4, staop5,
    stacoll1, stacoll2, stacoll3, stacoll4, stacoll5,
    stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
    stavalues1, stavalues2, stavalues3, stavalues4, stavalues5)
select
    r.starelid, r.staattnum, r.inherited, r.null_frac, r.avg_width, r.n_distinct,
    r.kind1, r.kind2, r.kind3, r.kind4, r.kind5,
    case when r.kind1 = 0 then 0 else r.operator1 end,
    case when r.kind2 = 0 then 0 else r.operator2 end,
    case when r.kind3 = 0 then 0 else r.operator3 end,
    case when r.kind4 = 0 then 0 else r.operator4 end,
    case when r.kind5 = 0 then 0 else r.operator5 end,
    case when r.kind1 = 0 then 0 else coalesce(pg_catalog.to_regcollation(r.slot1 ->> 'collation')::oid, case when r.slot1 ->> 'operator' is null then r.attcollation end, 0) end,
    case when r.kind2 = 0 then 0 else coalesce(pg_catalog.to_regcollation(r.slot2 ->> 'collation')::oid, case when r.slot2 ->> 'operator' is null then r.attcollation end, 0) end,
    case when r.kind3 = 0 then 0 else coalesce(pg_catalog.to_regcollation(r.slot3 ->> 'collation')::oid, case when r.slot3 ->> 'operator' is null then r.attcollation end, 0) end,
    case when r.kind4 = 0 then 0 else coalesce(pg_catalog.to_regcollation(r.slot4 ->> 'collation')::oid, case when r.slot4 ->> 'operator' is null then r.attcollation end, 0) end,
    case when r.kind5 = 0 then 0 else coalesce(pg_catalog.to_regcollation(r.slot5 ->> 'collation')::oid, case when r.slot5 ->> 'operator' is null then r.attcollation end, 0) end,
    case when r.kind1 <> 0 then pg_temp.numbers(r.slot1) end,
    case when r.kind2 <> 0 then pg_temp.numbers(r.slot2) end,
    case when r.kind3 <> 0 then pg_temp.numbers(r.slot3) end,
    case when r.kind4 <> 0 then pg_temp.numbers(r.slot4) end,
    case when r.kind5 <> 0 then pg_temp.numbers(r.slot5) end,
    case when r.kind1 in (1, 2, 4, 6, 7) then pg_catalog.array_in(pg_temp.list(r.slot1)::cstring, pg_temp.value_type(r.kind1, r.base), -1) end,
    case when r.kind2 in (1, 2, 4, 6, 7) then pg_catalog.array_in(pg_temp.list(r.slot2)::cstring, pg_temp.value_type(r.kind2, r.base), -1) end,
    case when r.kind3 in (1, 2, 4, 6, 7) then pg_catalog.array_in(pg_temp.list(r.slot3)::cstring, pg_temp.value_type(r.kind3, r.base), -1) end,
    case when r.kind4 in (1, 2, 4, 6, 7) then pg_catalog.array_in(pg_temp.list(r.slot4)::cstring, pg_temp.value_type(r.kind4, r.base), -1) end,
    case when r.kind5 in (1, 2, 4, 6, 7) then pg_catalog.array_in(pg_temp.list(r.slot5)::cstring, pg_temp.value_type(r.kind5, r.base), -1) end
from (
    select
        c.oid as starelid,
        a.attnum as staattnum,
        a.attcollation,
        g.*,
        pg_temp.base_type(a.atttypid) as base,
        g.slots -> 0 as slot1,
        g.slots -> 1 as slot2,
        g.slots -> 2 as slot3,
        g.slots -> 3 as slot4,
        g.slots -> 4 as slot5
    from pg_catalog.jsonb_to_recordset($1::jsonb) as g (
        schema text, name text, "column" text, number int2, inherited bool, null_frac float4, avg_width int4, n_distinct float4, slots jsonb)
    join pg_catalog.pg_namespace n on n.nspname = g.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = g.name
    join pg_catalog.pg_attribute a
        on a.attrelid = c.oid and not a.attisdropped and (a.attname = g."column" or a.attnum = g.number and c.relkind = 'i')
) as o
cross join lateral (
    select
        o.*,
        case when o.slot1 is not null then pg_temp.slot_operator(o.slot1, o.base) else 0 end as operator1,
        case when o.slot2 is not null then pg_temp.slot_operator(o.slot2, o.base) else 0 end as operator2,
        case when o.slot3 is not null then pg_temp.slot_operator(o.slot3, o.base) else 0 end as operator3,
        case when o.slot4 is not null then pg_temp.slot_operator(o.slot4, o.base) else 0 end as operator4,
        case when o.slot5 is not null then pg_temp.slot_operator(o.slot5, o.base) else 0 end as operator5
) as p
cross join lateral (
    select
        p.*,
        pg_temp.slot_kind(p.slot1, p.operator1) as kind1,
        pg_temp.slot_kind(p.slot2, p.operator2) as kind2,
        pg_temp.slot_kind(p.slot3, p.operator3) as kind3,
        pg_temp.slot_kind(p.slot4, p.operator4) as kind4,
        pg_temp.slot_kind(p.slot5, p.operator5) as kind5
) as r
