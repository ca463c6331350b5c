-- Bytes and partition keys of the relations in $1. Opens each of them for a moment.
--
-- $1  oid[]  relations
select
    c.oid::int8 as relation,
    case when c.relkind in ('r', 'm') then pg_catalog.pg_table_size(c.oid) end as table_bytes,
    case when c.relkind in ('r', 'm') then pg_catalog.pg_indexes_size(c.oid) end as index_bytes,
    case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key
from pg_catalog.pg_class c
where c.oid = any ($1)
  and c.relkind in ('r', 'm', 'p')
