-- Which object needs which: what a migration must make first, and what falls with it. A rule that makes a view speaks for the view, a
-- default for its table, a row type for its table, an array for its elements.
select
    case when d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.rulename = '_RETURN' then 'pg_class'
         when d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass then 'pg_class'
         else oc.relname end as catalog,
    case when d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.rulename = '_RETURN' then w.ev_class
         when d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass then ad.adrelid
         else d.objid end::int8 as oid,
    case when d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass then ad.adnum else d.objsubid end as sub,
    case when tc.relkind <> 'c' or ec.relkind <> 'c' then 'pg_class' else rc.relname end as needed_catalog,
    case when tc.relkind <> 'c' then tc.oid when ec.relkind <> 'c' then ec.oid else coalesce(e.oid, d.refobjid) end::int8 as needed,
    d.refobjsubid as needed_sub
from (
    select distinct d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
    from pg_catalog.pg_depend d
    where (d.deptype in ('n', 'P', 'S', 'x')
           -- a class and its family, and the members of both: what they need goes only with them
           or d.deptype = 'a'
              and d.classid in ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_amop'::pg_catalog.regclass,
                                'pg_catalog.pg_amproc'::pg_catalog.regclass)
              and d.refclassid <> 'pg_catalog.pg_opclass'::pg_catalog.regclass)
      and d.objid >= 16384
      and d.refobjid >= 16384
      and d.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass
) d
join pg_catalog.pg_class oc on oc.oid = d.classid
join pg_catalog.pg_class rc on rc.oid = d.refclassid
left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.oid = d.objid
left join pg_catalog.pg_attrdef ad on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and ad.oid = d.objid
left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = d.refobjid
left join pg_catalog.pg_class tc on tc.oid = t.typrelid
left join pg_catalog.pg_type e on t.typelem <> 0 and t.typlen = -1 and e.oid = t.typelem
left join pg_catalog.pg_class ec on ec.oid = e.typrelid
