-- One row per function, window function and procedure in $1. Bodies in SQL open what they read for a moment.
--
-- Where a procedure has OUT arguments they belong to its name.
--
-- $1  oid[]  functions
select
    p.oid::int8 as oid,
    n.nspname as schema,
    p.proname as name,
    case when p.prokind = 'p' and 'o' = any (p.proargmodes) then (
        select pg_catalog.string_agg(
            case a.mode when 'o' then 'OUT ' when 'b' then 'INOUT ' when 'v' then 'VARIADIC ' else 'IN ' end
            || pg_catalog.format_type(a.type, null), ', ' order by a.position)
        from rows from (pg_catalog.unnest(p.proallargtypes), pg_catalog.unnest(p.proargmodes)) with ordinality as a (type, mode, position)
    ) else pg_catalog.oidvectortypes(p.proargtypes) end as part,
    pg_catalog.pg_get_userbyid(p.proowner) as owner,
    p.proacl::text[] as acl,
    p.prokind as kind,
    pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') as definition,
    pg_catalog.pg_get_function_arguments(p.oid) as arguments,
    pg_catalog.pg_get_function_result(p.oid) as result,
    l.lanname as language,
    p.provolatile as volatility,
    p.prosecdef as security_definer,
    (select coalesce(pg_catalog.json_agg(e.extname order by e.extname), '[]')
     from pg_catalog.pg_depend x join pg_catalog.pg_extension e on e.oid = x.refobjid
     where x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and x.objid = p.oid
       and x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and x.deptype = 'x') as depends_on_extensions
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where p.oid = any ($1)
