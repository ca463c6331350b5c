-- One row per materialized view that reads, directly or over other views, tables with row-level security.
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
    pg_catalog.array_agg(distinct pg_catalog.format('%I.%I', tn.nspname, t.relname)) as tables
from below b
join pg_catalog.pg_class v on v.oid = b.view and v.relkind = 'm'
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
group by n.nspname, v.relname
order by 1, 2
