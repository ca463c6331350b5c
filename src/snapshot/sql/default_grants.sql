-- One row per owner, schema (NULL: all), grantee (NULL: PUBLIC) and grant option of default privileges on tables.
--
-- $1  text[]  schemas under inspection
select
    o.rolname as owner,
    n.nspname as schema,
    r.rolname as grantee,
    a.is_grantable as grantable,
    pg_catalog.json_agg(a.privilege_type order by a.privilege_type) as privileges
from pg_catalog.pg_default_acl d
join pg_catalog.pg_roles o on o.oid = d.defaclrole
left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
cross join lateral pg_catalog.aclexplode(d.defaclacl) a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where d.defaclobjtype = 'r'
  and a.grantee <> d.defaclrole
  and (n.nspname is null or n.nspname = any ($1))
group by o.rolname, n.nspname, r.rolname, a.is_grantable
