-- One row per SECURITY DEFINER function whose text names tables.
--
-- $1  text[]  schemas under inspection
select
    n.nspname as schema,
    p.proname as name,
    pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments,
    o.rolname as owner,
    coalesce((
        select pg_catalog.array_agg(distinct coalesce(g.rolname::text, 'PUBLIC'))
        from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
        left join pg_catalog.pg_roles g on g.oid = a.grantee
        where a.privilege_type = 'EXECUTE' and a.grantee <> p.proowner
    ), '{}') as callers,
    used.tables
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_roles o on o.oid = p.proowner
cross join lateral (
    select pg_catalog.array_agg(distinct pg_catalog.format('%I.%I', tn.nspname, t.relname)) as tables
    from pg_catalog.pg_class t
    join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
    where t.relkind in ('r', 'p')
      and tn.nspname = any ($1)
      and pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(t.relname)) > 0
      and p.prosrc ~* ('\m' || pg_catalog.regexp_replace(t.relname, '([^[:alnum:]_])', '\\\1', 'g') || '\M')
) used
where p.prosecdef
  and p.prokind in ('f', 'p')
  and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
  and used.tables is not null
  and n.nspname = any ($1)
  and not exists (
      select
      from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e'
  )
order by 1, 2, 3
