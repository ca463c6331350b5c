-- One row per operator family that users made, extensions' left out, with those members that are no operator class's own.
--
-- What is a class's own follows from the types: versions from 14 on no longer keep in pg_depend what was declared with the class.
select
    f.oid::int8 as oid,
    n.nspname as schema,
    f.opfname as name,
    am.amname as part,
    pg_catalog.pg_get_userbyid(f.opfowner) as owner,
    (
        select coalesce(pg_catalog.json_agg(m.* order by m.is_function, m."left" collate "C", m."right" collate "C", m.number), '[]')
        from (
            select
                a.oid::int8 as oid, false as is_function, a.amopstrategy as number,
                pg_catalog.format_type(a.amoplefttype, null) as "left", pg_catalog.format_type(a.amoprighttype, null) as "right",
                pg_catalog.format('%I.%s', opn.nspname, op.oprname) as calls,
                (select pg_catalog.format('%I.%I', sn.nspname, s.opfname)
                 from pg_catalog.pg_opfamily s join pg_catalog.pg_namespace sn on sn.oid = s.opfnamespace
                 where a.amoppurpose = 'o' and s.oid = a.amopsortfamily) as sort_family
            from pg_catalog.pg_amop a
            join pg_catalog.pg_operator op on op.oid = a.amopopr
            join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace
            where a.amopfamily = f.oid
              and (a.amoplefttype <> a.amoprighttype or not exists (
                  select from pg_catalog.pg_opclass c where c.opcfamily = f.oid and c.opcintype = a.amoplefttype))
            union all
            select
                a.oid::int8, true, a.amprocnum,
                pg_catalog.format_type(a.amproclefttype, null), pg_catalog.format_type(a.amprocrighttype, null),
                pg_catalog.format('%I.%I(%s)', fn.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes)),
                null
            from pg_catalog.pg_amproc a
            join pg_catalog.pg_proc p on p.oid = a.amproc::pg_catalog.oid
            join pg_catalog.pg_namespace fn on fn.oid = p.pronamespace
            where a.amprocfamily = f.oid
              and (a.amproclefttype <> a.amprocrighttype or not exists (
                  select from pg_catalog.pg_opclass c where c.opcfamily = f.oid and c.opcintype = a.amproclefttype))
        ) as m
    ) as members
from pg_catalog.pg_opfamily f
join pg_catalog.pg_am am on am.oid = f.opfmethod
join pg_catalog.pg_namespace n on n.oid = f.opfnamespace
where f.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass and d.objid = f.oid and d.deptype = 'e')
