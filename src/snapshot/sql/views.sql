-- The query of each view in $1, what it reads, and what can be written through it as into its one table, without triggers and rules.
-- Opens what the view reads: run behind a savepoint that is rolled back.
--
-- $1  oid[]  relations
select
    c.oid::int8 as oid,
    pg_catalog.pg_get_viewdef(c.oid) as definition,
    coalesce((
        select pg_catalog.json_agg(distinct d.refobjid::int8)
        from pg_catalog.pg_rewrite r
        join pg_catalog.pg_depend d
            on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
           and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid <> c.oid
        where r.ev_class = c.oid and r.ev_type = '1'
    ), '[]') as reads,
    case when not exists (select from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.ev_type <> '1')
        then pg_catalog.pg_relation_is_updatable(c.oid, false) else 0
    end as events
from pg_catalog.pg_class c
where c.oid = any ($1)
  and c.relkind in ('v', 'm')
