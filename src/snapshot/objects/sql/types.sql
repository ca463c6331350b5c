-- One row per enum, domain, composite type and range in $1. Expressions of domains may open relations for a moment.
--
-- 13 has no multiranges: their column is read through JSON, where it is missing and no error.
--
-- $1  oid[]  types
select
    t.oid::int8 as oid,
    n.nspname as schema,
    t.typname as name,
    pg_catalog.pg_get_userbyid(t.typowner) as owner,
    t.typacl::text[] as acl,
    t.typtype as kind,
    case when t.typtype = 'e' then (
        select coalesce(pg_catalog.json_agg(e.enumlabel order by e.enumsortorder), '[]')
        from pg_catalog.pg_enum e
        where e.enumtypid = t.oid
    ) end as labels,
    case when t.typtype = 'd' then (
        select pg_catalog.json_build_object(
            'base_type', pg_catalog.format_type(t.typbasetype, t.typtypmod),
            'collation', case when t.typcollation <> b.typcollation then (
                select pg_catalog.format('%I.%I', cn.nspname, co.collname)
                from pg_catalog.pg_collation co join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                where co.oid = t.typcollation
            ) end,
            'required', t.typnotnull,
            'default', pg_catalog.pg_get_expr(t.typdefaultbin, 0))
        from pg_catalog.pg_type b
        where b.oid = t.typbasetype
    ) end as domain,
    case when t.typtype = 'd' then (
        select pg_catalog.json_agg(pg_catalog.json_build_object(
            'oid', c.oid::int8, 'name', c.conname, 'contype', c.contype, 'definition', pg_catalog.pg_get_constraintdef(c.oid),
            'valid', c.convalidated) order by c.conname)
        from pg_catalog.pg_constraint c
        where c.contypid = t.oid
    ) end as constraints,
    t.typrelid::int8 as relation,
    case when t.typtype = 'c' then (
        select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
            'number', a.attnum, 'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'local', true,
            'collation', case when a.attcollation <> y.typcollation then (
                select pg_catalog.format('%I.%I', cn.nspname, co.collname)
                from pg_catalog.pg_collation co join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                where co.oid = a.attcollation
            ) end) order by a.attnum), '[]')
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type y on y.oid = a.atttypid
        where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    ) end as attributes,
    case when t.typtype = 'r' then (
        select pg_catalog.json_build_object(
            'subtype', pg_catalog.format_type(r.rngsubtype, null),
            'subtype_opclass', case when not oc.opcdefault then pg_catalog.format('%I.%I', ocn.nspname, oc.opcname) end,
            'collation', case when r.rngcollation <> s.typcollation then (
                select pg_catalog.format('%I.%I', cn.nspname, co.collname)
                from pg_catalog.pg_collation co join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                where co.oid = r.rngcollation
            ) end,
            'canonical', (
                select pg_catalog.format('%I.%I', fn.nspname, f.proname)
                from pg_catalog.pg_proc f join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
                where f.oid = r.rngcanonical::pg_catalog.oid),
            'subtype_diff', (
                select pg_catalog.format('%I.%I', fn.nspname, f.proname)
                from pg_catalog.pg_proc f join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
                where f.oid = r.rngsubdiff::pg_catalog.oid))
        from pg_catalog.pg_range r
        join pg_catalog.pg_type s on s.oid = r.rngsubtype
        join pg_catalog.pg_opclass oc on oc.oid = r.rngsubopc
        join pg_catalog.pg_namespace ocn on ocn.oid = oc.opcnamespace
        where r.rngtypid = t.oid
    ) end as range,
    case when t.typtype = 'r' then (
        select pg_catalog.json_build_object('oid', m.oid::int8, 'schema', mn.nspname, 'name', m.typname)
        from pg_catalog.pg_range r
        join pg_catalog.pg_type m on m.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid
        join pg_catalog.pg_namespace mn on mn.oid = m.typnamespace
        where r.rngtypid = t.oid
    ) end as multirange
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.oid = any ($1)
