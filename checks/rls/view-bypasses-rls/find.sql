-- One row per view that reads, directly or over other views, tables with row-level security and whose owner one of them does not bind.
--
-- $1  text[]  schemas under inspection
with recursive reads as (
    select distinct r.ev_class as view, d.refobjid as relation
    from pg_catalog.pg_rewrite r
    join pg_catalog.pg_depend d
        on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
       and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> r.ev_class
), below as (
    select view, relation from reads
    union
    select b.view, r.relation from below b join reads r on r.view = b.relation
)
select
    n.nspname as schema,
    v.relname as name,
    pg_catalog.array_agg(distinct pg_catalog.format('%I.%I', tn.nspname, t.relname)) as tables,
    pg_catalog.array_agg(distinct case
        when o.rolsuper then 'a superuser'
        when o.rolbypassrls then 'BYPASSRLS'
        else pg_catalog.format('owner of %I.%I', tn.nspname, t.relname)
    end) as why
from below b
join pg_catalog.pg_class v on v.oid = b.view and v.relkind = 'v'
join pg_catalog.pg_namespace n on n.oid = v.relnamespace
join pg_catalog.pg_class t on t.oid = b.relation and t.relrowsecurity
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
join pg_catalog.pg_roles o on o.oid = v.relowner
where n.nspname = any ($1)
  and not exists (
      select
      from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = v.oid and d.deptype = 'e'
  )
  and (o.rolsuper or o.rolbypassrls or not t.relforcerowsecurity and pg_catalog.pg_has_role(v.relowner, t.relowner, 'MEMBER'))
  and not exists (
      select from pg_catalog.unnest(v.reloptions) as opt
      where pg_catalog.lower(opt) in ('security_invoker=true', 'security_invoker=on', 'security_invoker=yes', 'security_invoker=1')
  )
group by n.nspname, v.relname
order by 1, 2
