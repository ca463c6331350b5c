-- One row per index of the tables and materialized views in $1, also those behind constraints. Opens each of them for a moment.
--
-- What follows the table in pg_get_indexdef() is cut off by length: a name may hold anything, ` USING ` too.
--
-- $1  oid[]  relations
select
    i.indexrelid::int8 as oid,
    i.indrelid::int8 as relation,
    n.nspname as schema,
    c.relname as name,
    i.indisunique as "unique",
    c.relkind = 'I' as partitioned,
    pg_catalog.substr(
        pg_catalog.pg_get_indexdef(i.indexrelid),
        pg_catalog.length(pg_catalog.format(
            'CREATE %sINDEX %I ON %s%I.%I ',
            case when i.indisunique then 'UNIQUE ' else '' end, c.relname,
            case when c.relkind = 'I' then 'ONLY ' else '' end, n.nspname, r.relname)) + 1) as tail,
    coalesce(c.reloptions, '{}') as options,
    case when c.reloptions is not null then (
        select ' WITH (' || pg_catalog.string_agg(
            pg_catalog.quote_ident(pg_catalog.split_part(o, '=', 1)) || '='
            || case when pg_catalog.quote_ident(v.v) = v.v then v.v else pg_catalog.quote_literal(v.v) end, ', ' order by ord) || ')'
        from pg_catalog.unnest(c.reloptions) with ordinality as u (o, ord)
        cross join lateral (select pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1) as v) as v
    ) end as options_text,
    ts.spcname as tablespace,
    i.indisvalid as valid,
    i.indisclustered as clustered,
    i.indisreplident as replica_identity,
    case when c.relispartition then (
        select pg_catalog.json_build_object('schema', pn.nspname, 'name', p.relname)
        from pg_catalog.pg_inherits h
        join pg_catalog.pg_class p on p.oid = h.inhparent
        join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
        where h.inhrelid = c.oid
    ) end as parent,
    case when i.indexprs is not null then (
        select pg_catalog.json_agg(pg_catalog.json_build_array(a.attnum, a.attstattarget) order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = i.indexrelid and a.attstattarget >= 0
    ) end as statistics
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class r on r.oid = i.indrelid
left join pg_catalog.pg_tablespace ts on ts.oid = c.reltablespace
where i.indrelid = any ($1)
