-- One row per sequence in $1, with the column that owns it. Takes no lock.
--
-- $1  oid[]  sequences
select
    c.oid::int8 as oid,
    n.nspname as schema,
    c.relname as name,
    pg_catalog.pg_get_userbyid(c.relowner) as owner,
    c.relacl::text[] as acl,
    c.relpersistence = 'u' as unlogged,
    pg_catalog.json_build_object(
        'data_type', pg_catalog.format_type(s.seqtypid, null), 'start', s.seqstart, 'increment', s.seqincrement,
        'min', s.seqmin, 'max', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle) as options,
    d.deptype = 'i' as identity,
    d.refobjid::int8 as owner_table,
    d.refobjsubid as owner_column
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_sequence s on s.seqrelid = c.oid
left join pg_catalog.pg_depend d
    on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
    and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
where c.oid = any ($1)
