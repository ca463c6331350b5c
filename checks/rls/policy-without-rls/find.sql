-- One row per table that has policies while its row-level security is off.
--
-- $1  text[]  schemas under inspection
select
    n.nspname                                            as schema,
    c.relname                                            as "table",
    pg_catalog.array_agg(p.polname::text order by p.polname) as policies,
    pg_catalog.count(*)                                  as count,
    c.relforcerowsecurity                                as forced,      -- FORCE alone switches nothing on
    nullif(c.reltuples, -1)::int8                        as rows
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not c.relrowsecurity
  and not c.relispartition            -- the partitioned parent speaks for its partitions
  and n.nspname = any ($1)
  and not exists (
      select
      from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'
  )
group by n.nspname, c.relname, c.relforcerowsecurity, c.reltuples
order by 1, 2
