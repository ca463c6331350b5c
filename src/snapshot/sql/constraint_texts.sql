-- Expression of each check constraint of the relations in $1. Opens each relation for a moment.
--
-- $1  oid[]  relations
select
    c.conrelid::int8 as relation,
    c.conname as name,
    pg_catalog.pg_get_expr(c.conbin, c.conrelid) as expression
from pg_catalog.pg_constraint c
where c.conrelid = any ($1)
  and c.contype = 'c'
