-- As functions.sql, for 13: there the argument list of a procedure does not say IN; it is written as later versions write it.
--
-- $1  oid[]  functions
select
    p.oid::int8 as oid,
    n.nspname as schema,
    p.proname as name,
    pg_catalog.oidvectortypes(p.proargtypes) as part,
    pg_catalog.pg_get_userbyid(p.proowner) as owner,
    p.proacl::text[] as acl,
    p.prokind as kind,
    pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') as definition,
    pg_catalog.pg_get_function_arguments(p.oid) as arguments,
    case when p.prokind = 'p' then (
        select coalesce(pg_catalog.string_agg(
            case a.mode when 'b' then 'INOUT ' when 'v' then 'VARIADIC ' else 'IN ' end
            || coalesce(pg_catalog.quote_ident(nullif(a.name, '')) || ' ', '')
            || pg_catalog.format_type(a.type, null)
            || coalesce(' DEFAULT ' || pg_catalog.pg_get_function_arg_default(p.oid, a.position::int), ''),
            ', ' order by a.position), '')
        from rows from (
            pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[])),
            pg_catalog.unnest(p.proargmodes),
            pg_catalog.unnest(p.proargnames)
        ) with ordinality as a (type, mode, name, position)
    ) end as arguments_as_later,
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
