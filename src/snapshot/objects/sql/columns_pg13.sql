-- As columns.sql, for 13: no compression of columns yet.
--
-- $1  oid[]  relations
select
    a.attrelid::int8 as relation,
    a.attnum as number,
    a.attname as name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
    case when a.attcollation <> t.typcollation and a.attcollation <> 0 then (
        select pg_catalog.format('%I.%I', cn.nspname, co.collname)
        from pg_catalog.pg_collation co join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
        where co.oid = a.attcollation
    ) end as collation,
    a.attnotnull as required,
    case when a.atthasdef then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end as "default",
    nullif(a.attgenerated, '') as generated,
    nullif(a.attidentity, '') as identity_kind,
    nullif(a.attstorage, t.typstorage) as storage,
    null as compression,
    nullif(a.attstattarget, -1) as statistics,
    coalesce(a.attoptions, '{}') as options,
    coalesce(a.attfdwoptions, '{}') as server_options,
    a.attislocal as local,
    a.attinhcount > 0 as inherited,
    a.attacl::text[] as column_acl
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum and a.atthasdef
where a.attrelid = any ($1)
  and a.attnum > 0
  and not a.attisdropped
order by a.attrelid, a.attnum
