-- As columns.sql, for 13: no compression of columns yet.
--
-- $1  oid[]  relations
select
    a.attrelid::int8 as relation,
    a.attnum as number,
    a.attname as name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as required,
    case when a.atthasdef then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end as "default",
    nullif(a.attidentity, '') as identity_kind,
    case when a.attcollation <> t.typcollation or a.attstorage <> t.typstorage or a.attgenerated <> ''
            or a.attstattarget >= 0 or a.attoptions is not null or a.attfdwoptions is not null or not a.attislocal
            or a.attinhcount > 0 or a.attacl is not null
        then pg_catalog.json_build_object(
            'collation', case when a.attcollation <> t.typcollation and a.attcollation <> 0 then (
                select pg_catalog.format('%I.%I', cn.nspname, co.collname)
                from pg_catalog.pg_collation co join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                where co.oid = a.attcollation
            ) end,
            'generated', nullif(a.attgenerated, ''),
            'storage', nullif(a.attstorage, t.typstorage),
            'compression', null,
            'statistics', nullif(a.attstattarget, -1),
            'options', coalesce(a.attoptions, '{}'),
            'server_options', coalesce(a.attfdwoptions, '{}'),
            'local', a.attislocal,
            'inherited', a.attinhcount > 0,
            'acl', a.attacl::text[]
        ) end as more
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef d on a.atthasdef and d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = any ($1)
  and a.attnum > 0
  and not a.attisdropped
