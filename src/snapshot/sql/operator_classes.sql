-- One row per operator class and per collation: names for the OIDs in indexes.sql.
select
    op.oid::int8 as oid,
    case when n.nspname = 'pg_catalog' then op.opcname::text else pg_catalog.format('%I.%I', n.nspname, op.opcname) end as name,
    op.opcdefault as is_default
from pg_catalog.pg_opclass op
join pg_catalog.pg_namespace n on n.oid = op.opcnamespace
union all
select
    col.oid::int8,
    pg_catalog.format('%I.%I', n.nspname, col.collname),
    false
from pg_catalog.pg_collation col
join pg_catalog.pg_namespace n on n.oid = col.collnamespace
where col.collencoding in (-1, (select d.encoding from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
