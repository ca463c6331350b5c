-- One row per sequence and role, not its owner, that may set it: UPDATE. nextval() needs USAGE alone.
--
-- $1  text[]  schemas under inspection
select n.nspname as schema, c.relname as name,
       case when a.grantee <> 0 then pg_catalog.pg_get_userbyid(a.grantee) end as role,
       exists (select from pg_catalog.aclexplode(c.relacl) u where u.grantee = a.grantee and u.privilege_type = 'USAGE') as usage
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral pg_catalog.aclexplode(c.relacl) a
where c.relkind = 'S'
  and n.nspname = any ($1)
  and a.privilege_type = 'UPDATE'
  and a.grantee <> c.relowner
order by 1, 2, 3
