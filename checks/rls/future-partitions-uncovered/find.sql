-- One row per partitioned table with row-level security whose next partition default privileges give away.
--
-- $1  text[]  schemas under inspection
select
    n.nspname as schema,
    c.relname as "table",
    pg_catalog.array_agg(distinct coalesce(r.rolname::text, 'PUBLIC')) as grantees
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_default_acl d
    on d.defaclrole = c.relowner and d.defaclobjtype = 'r' and d.defaclnamespace in (0, c.relnamespace)
cross join lateral pg_catalog.aclexplode(d.defaclacl) a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where c.relkind = 'p'
  and c.relrowsecurity
  and a.grantee <> c.relowner
  and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  and n.nspname = any ($1)
  and not exists (
      select
      from pg_catalog.pg_event_trigger e
      where e.evtevent = 'ddl_command_end' and e.evtenabled <> 'D' and (e.evttags is null or 'CREATE TABLE' = any (e.evttags))
  )
group by n.nspname, c.relname
order by 1, 2
