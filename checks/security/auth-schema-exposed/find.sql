-- One row per view that reads auth.users, directly or over other views.
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
select distinct n.nspname as schema, v.relname as name, array['auth.users'] as tables
from below b
join pg_catalog.pg_class v on v.oid = b.view and v.relkind in ('v', 'm')
join pg_catalog.pg_namespace n on n.oid = v.relnamespace
join pg_catalog.pg_class t on t.oid = b.relation and t.relname = 'users'
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace and tn.nspname = 'auth'
where n.nspname = any ($1) and n.nspname <> 'auth'
order by 1, 2
