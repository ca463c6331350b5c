-- One row per column of the relations in $1, dropped ones left out. Takes no lock. Defaults follow in defaults.sql.
--
-- $1  oid[]  relations
select
    a.attrelid::int8 as relation,
    a.attnum as number,
    a.attname as name,
    a.atttypid::int8 as type_oid,
    pg_catalog.format_type(a.atttypid, a.atttypmod) as type_name,
    nullif(a.attcollation, 0)::int8 as collation,
    a.attnotnull as not_null,
    nullif(a.attidentity, '') as identity,
    nullif(a.attgenerated, '') as generated
from pg_catalog.pg_attribute a
where a.attrelid = any ($1)
  and a.attnum > 0
  and not a.attisdropped
