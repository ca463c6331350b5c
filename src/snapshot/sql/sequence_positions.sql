-- Last value of each sequence in $1 that this role may read. Opens each of them for a moment.
--
-- $1  oid[]  sequences
select
    c.oid::int8 as oid,
    pg_catalog.pg_sequence_last_value(c.oid) as last_value
from pg_catalog.pg_class c
where c.oid = any ($1)
  and c.relkind = 'S'
