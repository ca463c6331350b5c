-- One row per relation in $1. Takes no lock on any of them.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    c.xmin::text as version,   -- changes with every ALTER TABLE
    pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname) as name,
    case c.relkind
        when 'r' then 'table'
        when 'p' then 'partitioned_table'
        when 'f' then 'foreign_table'
        when 'm' then 'materialized_view'
        else 'view'
    end as kind,
    coalesce(o.rolname, c.relowner::text) as owner,
    c.relpersistence as persistence,
    (select i.inhparent::int8 from pg_catalog.pg_inherits i where i.inhrelid = c.oid and c.relispartition) as partition_of,
    coalesce((select pg_catalog.json_agg(i.inhparent::int8 order by i.inhseqno)
              from pg_catalog.pg_inherits i where i.inhrelid = c.oid and not c.relispartition), '[]') as inherits,
    e.extname as extension,
    c.relrowsecurity as row_security,
    c.relforcerowsecurity as force_row_security,
    case
        when c.reltuples < 0 then null   -- never analysed, which is not empty
        when c.reltuples = 0 and c.relpages = 0 and pg_catalog.current_setting('server_version_num')::int4 < 140000 then null
        else c.reltuples::float8
    end as rows,
    c.relpages::int8 as pages,
    coalesce((select pg_catalog.json_agg(opt order by opt) from pg_catalog.unnest(c.reloptions) as opt), '[]') as options,
    '[]'::json as columns,
    coalesce((
        select pg_catalog.json_agg(pg_catalog.json_build_object('grantee', g.grantee, 'privileges', g.privileges) order by g.grantee)
        from (
            select r.rolname as grantee, pg_catalog.array_agg(distinct a.privilege_type order by a.privilege_type) as privileges
            from pg_catalog.aclexplode(c.relacl) a
            left join pg_catalog.pg_roles r on r.oid = a.grantee
            group by r.rolname
        ) g
    ), '[]') as grants
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_roles o on o.oid = c.relowner
left join pg_catalog.pg_depend d
    on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = d.refobjid
where c.oid = any ($1)
