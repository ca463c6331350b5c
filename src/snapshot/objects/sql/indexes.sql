-- One row per index of the tables and materialized views in $1, also those behind constraints, whose text the constraint has; what few
-- indexes have stands in `more`. Opens each of them for a moment.
--
-- What follows the table in pg_get_indexdef() is cut off by length: a name may hold anything, ` USING ` too.
--
-- $1  oid[]  relations
select
    i.indexrelid::int8 as oid,
    i.indrelid::int8 as relation,
    c.relname as name,
    i.indisunique as "unique",
    case when not (
        i.indisprimary or i.indisexclusion or i.indisunique and exists (
            select from pg_catalog.pg_constraint k
            where k.conrelid = i.indrelid and k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    ) then pg_catalog.substr(
        pg_catalog.pg_get_indexdef(i.indexrelid),
        pg_catalog.length(pg_catalog.format(
            'CREATE %sINDEX %I ON %s%I.%I ',
            case when i.indisunique then 'UNIQUE ' else '' end, c.relname,
            case when c.relkind = 'I' then 'ONLY ' else '' end, n.nspname, r.relname)) + 1) end as tail,
    case when c.relkind = 'I' or c.relispartition or c.reloptions is not null or c.reltablespace <> 0 or i.indexprs is not null
            or not i.indisvalid or i.indisclustered or i.indisreplident
        then pg_catalog.json_build_object(
            'partitioned', c.relkind = 'I',
            'options', coalesce(c.reloptions, '{}'),
            'options_text', case when c.reloptions is not null then (
                select ' WITH (' || pg_catalog.string_agg(
                    pg_catalog.quote_ident(pg_catalog.split_part(o, '=', 1)) || '='
                    || case when pg_catalog.quote_ident(v.v) = v.v then v.v else pg_catalog.quote_literal(v.v) end, ', ' order by ord) || ')'
                from pg_catalog.unnest(c.reloptions) with ordinality as u (o, ord)
                cross join lateral (select pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1) as v) as v
            ) end,
            'tablespace', (select ts.spcname from pg_catalog.pg_tablespace ts where ts.oid = c.reltablespace),
            'valid', i.indisvalid,
            'clustered', i.indisclustered,
            'replica_identity', i.indisreplident,
            'parent', case when c.relispartition then (
                select pg_catalog.json_build_object('schema', pn.nspname, 'name', p.relname)
                from pg_catalog.pg_inherits h
                join pg_catalog.pg_class p on p.oid = h.inhparent
                join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
                where h.inhrelid = c.oid
            ) end,
            'statistics', case when i.indexprs is not null then (
                select pg_catalog.json_agg(pg_catalog.json_build_array(a.attnum, a.attstattarget) order by a.attnum)
                from pg_catalog.pg_attribute a
                where a.attrelid = i.indexrelid and a.attstattarget >= 0
            ) end
        ) end as more
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class r on r.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = r.relnamespace
where i.indrelid = any ($1)
