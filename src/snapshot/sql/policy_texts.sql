-- USING and WITH CHECK of each policy of the relations in $1. Opens each relation for a moment.
--
-- $1  oid[]  relations
select
    p.polrelid::int8 as relation,
    p.polname as name,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using",
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check"
from pg_catalog.pg_policy p
where p.polrelid = any ($1)
