-- One row per row-level security policy of the relations in $1. Takes no lock. Texts follow in policy_texts.sql.
--
-- $1  oid[]  relations
select
    p.polrelid::int8 as relation,
    p.polname as name,
    p.polpermissive as permissive,
    p.polcmd as command,
    coalesce((
        select pg_catalog.json_agg(r.rolname order by r.rolname)
        from pg_catalog.unnest(p.polroles) as g (oid)
        join pg_catalog.pg_roles r on r.oid = g.oid      -- 0 is PUBLIC and has no row
    ), '[]') as roles,
    coalesce((
        select pg_catalog.json_agg(
            pg_catalog.json_build_object(
                'name', pg_catalog.json_build_object('schema', fn.nspname, 'name', f.proname),
                'arguments', pg_catalog.pg_get_function_identity_arguments(f.oid),
                'volatility', f.provolatile,
                'asks_session', f.prosrc ~* '(current_setting|auth[.])',
                'casts_setting',
                    f.prosrc ~* 'current_setting[[:space:]]*[(][^()]*[)][[:space:]]*[)]?[[:space:]]*::[[:space:]]*(?!text|varchar|character|name)'
                    and f.prosrc !~* 'nullif'
            ) order by fn.nspname, f.proname, f.oid)
        from (
            select distinct d.refobjid
            from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objid = p.oid
              and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        ) used
        join pg_catalog.pg_proc f on f.oid = used.refobjid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ), '[]') as functions
from pg_catalog.pg_policy p
where p.polrelid = any ($1)
