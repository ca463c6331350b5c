-- Types of the keys of the indexes in $1.
--
-- $1  oid[]  indexes
select a.attrelid::int8 as relation, a.attnum as number, a.atttypid::int8 as type_oid
from pg_catalog.pg_attribute a
where a.attrelid = any ($1)
