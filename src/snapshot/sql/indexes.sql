-- One row per index on the relations in $1, its keys as numbers and OIDs: names are put to them afterwards, which is ten times
-- faster than joining here. Takes no lock. Texts (expressions, predicate, definition) follow in index_texts.sql.
--
-- $1  oid[]  relations
select
    i.indrelid::int8 as relation,
    i.indexrelid::int8 as oid,
    c.relname as name,
    am.amname as method,
    i.indisunique as "unique",
    i.indisprimary as "primary",
    i.indisexclusion as exclusion,
    i.indisvalid as valid,
    i.indisready as ready,
    coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) as nulls_not_distinct,   -- 15+
    i.indisclustered or i.indisreplident as referenced_by_table,
    con.conname as "constraint",
    h.inhparent::int8 as parent,
    i.indnkeyatts as key_count,
    i.indkey::int2[] as columns,
    i.indclass::oid[]::int8[] as opclasses,
    i.indcollation::oid[]::int8[] as collations,
    i.indoption::int2[] as options,
    c.relpages::int8 as pages
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_am am on am.oid = c.relam
left join pg_catalog.pg_constraint con   -- its table is named too: that is what pg_constraint has an index on
    on con.conrelid = i.indrelid and con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
left join pg_catalog.pg_inherits h on h.inhrelid = i.indexrelid
where i.indrelid = any ($1)
