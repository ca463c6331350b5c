-- The query of each view in $1. Opens what the view reads: run behind a savepoint that is rolled back.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    pg_catalog.pg_get_viewdef(c.oid) as definition
from pg_catalog.pg_class c
where c.oid = any ($1)
  and c.relkind in ('v', 'm')
