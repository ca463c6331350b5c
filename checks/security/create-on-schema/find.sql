-- One row per schema and role that may create objects in it; a NULL grantee is PUBLIC.
--
-- $1  text[]  schemas under inspection
select n.nspname as schema, r.rolname as grantee
from pg_catalog.pg_namespace n
cross join lateral pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where a.privilege_type = 'CREATE'
  and a.grantee <> n.nspowner
  and n.nspname = any ($1)
order by 1, 2
