-- One row per row-level security policy of the relations in $1. Takes no lock. Texts follow in policy_texts.sql.
--
-- $1  oid[]  relations
select
    p.polrelid::int8 as relation,
    p.polname as name,
    p.polpermissive as permissive,
    p.polcmd as command,
    coalesce((
        select pg_catalog.json_agg(r.rolname order by r.rolname)
        from pg_catalog.unnest(p.polroles) as g (oid)
        join pg_catalog.pg_roles r on r.oid = g.oid      -- 0 is PUBLIC and has no row
    ), '[]') as roles
from pg_catalog.pg_policy p
where p.polrelid = any ($1)
