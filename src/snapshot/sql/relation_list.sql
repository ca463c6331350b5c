-- One row per table, view, materialized view, foreign and partitioned table and sequence of the schemas in $1: only which there are,
-- because this is read in one transaction however many they are. Takes no lock on any of them.
--
-- $1  text[]  schemas under inspection
select
    c.oid::int8 as oid,
    c.xmin::text as version,   -- changes with every ALTER TABLE
    c.relkind = 'S' as sequence
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ($1)
  and c.relkind in ('r', 'p', 'f', 'm', 'v', 'S')
  and c.relpersistence <> 't'
order by c.oid
