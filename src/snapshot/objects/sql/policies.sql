-- One row per policy of the tables in $1. Opens each of them for a moment.
--
-- $1  oid[]  relations
select
    p.oid::int8 as oid,
    p.polrelid::int8 as relation,
    p.polname as name,
    p.polpermissive as permissive,
    p.polcmd as command,
    (select coalesce(pg_catalog.json_agg(pg_catalog.pg_get_userbyid(r) order by pg_catalog.pg_get_userbyid(r)), '[]')
     from pg_catalog.unnest(p.polroles) as r where r <> 0) as roles,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using",
    pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check"
from pg_catalog.pg_policy p
where p.polrelid = any ($1)
