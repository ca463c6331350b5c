-- One row per collation that users made, extensions' left out. The version of the machine's sorting rules is not the schema's.
--
-- The locale of ICU stands in collcollate to 14, in colliculocale in 15 and 16, in colllocale from 17: columns that some versions
-- lack are read through JSON, where a missing one is NULL.
select
    c.oid::int8 as oid,
    n.nspname as schema,
    c.collname as name,
    pg_catalog.pg_get_userbyid(c.collowner) as owner,
    c.collprovider as provider,
    c.collisdeterministic as deterministic,
    case when c.collprovider = 'c' then c.collcollate end as lc_collate,
    case when c.collprovider = 'c' then c.collctype end as lc_ctype,
    case when c.collprovider <> 'c' then coalesce(j.j ->> 'colllocale', j.j ->> 'colliculocale', c.collcollate::text) end as locale,
    j.j ->> 'collicurules' as rules
from pg_catalog.pg_collation c
join pg_catalog.pg_namespace n on n.oid = c.collnamespace
cross join lateral (select pg_catalog.to_jsonb(c) as j) as j
where c.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
