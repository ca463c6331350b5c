-- Puts sizes into pg_class and validity into pg_index; returns where the files are.
--
-- $1  json  [{schema, name, pages, rows, all_visible, valid}]
with given as (
    select c.oid, g.*
    from pg_catalog.json_to_recordset($1::json)
        as g (schema text, name text, pages int4, rows float4, all_visible int4, valid bool)
    join pg_catalog.pg_namespace n on n.nspname = g.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = g.name
), written as (
    update pg_catalog.pg_class c
    set relpages = g.pages, reltuples = g.rows, relallvisible = g.all_visible
    from given g
    where c.oid = g.oid
    returning 1
), invalid as (
    update pg_catalog.pg_index i set indisvalid = false from given g where i.indexrelid = g.oid and not g.valid returning 1
)
select pg_catalog.json_build_object('schema', g.schema, 'name', g.name, 'path', pg_catalog.pg_relation_filepath(g.oid), 'method', m.amname)::text
from given g
join pg_catalog.pg_class c on c.oid = g.oid
left join pg_catalog.pg_am m on m.oid = c.relam and c.relkind = 'i'
