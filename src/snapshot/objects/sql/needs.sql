-- Which object needs which: what a migration must make first, and what falls with it. A rule that makes a view speaks for the view, a
-- default for its table, a row type for its table, an array for its elements. Only rows of pg_depend from page $1 on and before page $2.
--
-- $1  text  place of the first row: (0,0)
-- $2  text  place behind the last row
select
    case when d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.rulename = '_RETURN'
              or d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
         then 'pg_catalog.pg_class'::pg_catalog.regclass::oid else d.classid end::int8 as catalog,
    case when d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.rulename = '_RETURN' then w.ev_class
         when d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass then ad.adrelid
         else d.objid end::int8 as oid,
    case when d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass then ad.adnum else d.objsubid end as sub,
    case when tc.relkind <> 'c' or ec.relkind <> 'c'
         then 'pg_catalog.pg_class'::pg_catalog.regclass::oid else d.refclassid end::int8 as needed_catalog,
    case when tc.relkind <> 'c' then tc.oid when ec.relkind <> 'c' then ec.oid else coalesce(e.oid, d.refobjid) end::int8 as needed,
    d.refobjsubid as needed_sub
from pg_catalog.pg_depend d
left join pg_catalog.pg_rewrite w on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and w.oid = d.objid
left join pg_catalog.pg_attrdef ad on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and ad.oid = d.objid
left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = d.refobjid
left join pg_catalog.pg_class tc on tc.oid = t.typrelid
left join pg_catalog.pg_type e on t.typelem <> 0 and t.typlen = -1 and e.oid = t.typelem
left join pg_catalog.pg_class ec on ec.oid = e.typrelid
where d.ctid >= $1::pg_catalog.tid
  and d.ctid < $2::pg_catalog.tid
  and (d.deptype in ('n', 'P', 'S', 'x')
       -- a class and its family, and the members of both: what they need goes only with them
       or d.deptype = 'a'
          and d.classid in ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_amop'::pg_catalog.regclass,
                            'pg_catalog.pg_amproc'::pg_catalog.regclass)
          and d.refclassid <> 'pg_catalog.pg_opclass'::pg_catalog.regclass
       -- a generated column, which before 15 falls with what its expression uses
       or d.deptype = 'a' and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid > 0)
  and d.objid >= 16384
  and d.refobjid >= 16384
  and d.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass
