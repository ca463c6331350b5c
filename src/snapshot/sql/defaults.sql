-- One row per default or generation expression of the relations in $1. Opens each of them for a moment.
--
-- $1  oid[]  relations
select
    d.adrelid::int8 as relation,
    d.adnum as number,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression
from pg_catalog.pg_attrdef d
where d.adrelid = any ($1)
