-- One row per operator class that users made, extensions' left out, with the members for its own type. Where several classes of a
-- family are for one type they share them; the first by name has them then.
select
    c.oid::int8 as oid,
    n.nspname as schema,
    c.opcname as name,
    am.amname as part,
    pg_catalog.pg_get_userbyid(c.opcowner) as owner,
    c.opcdefault as "default",
    pg_catalog.format_type(c.opcintype, null) as type,
    pg_catalog.format('%I.%I', fan.nspname, fa.opfname) as family,
    case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end as storage,
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
            where a.amopfamily = c.opcfamily
              and a.amoplefttype = c.opcintype and a.amoprighttype = c.opcintype and first.oid = c.oid
            union all
            select
                a.oid::int8, true, a.amprocnum,
                pg_catalog.format_type(a.amproclefttype, null), pg_catalog.format_type(a.amprocrighttype, null),
                pg_catalog.format('%I.%I(%s)', fn.nspname, f.proname, pg_catalog.oidvectortypes(f.proargtypes)),
                null
            from pg_catalog.pg_amproc a
            join pg_catalog.pg_proc f on f.oid = a.amproc::pg_catalog.oid
            join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
            where a.amprocfamily = c.opcfamily
              and a.amproclefttype = c.opcintype and a.amprocrighttype = c.opcintype and first.oid = c.oid
        ) as m
    ) as members
from pg_catalog.pg_opclass c
join pg_catalog.pg_am am on am.oid = c.opcmethod
join pg_catalog.pg_namespace n on n.oid = c.opcnamespace
join pg_catalog.pg_opfamily fa on fa.oid = c.opcfamily
join pg_catalog.pg_namespace fan on fan.oid = fa.opfnamespace
cross join lateral (
    select o.oid from pg_catalog.pg_opclass o
    where o.opcfamily = c.opcfamily and o.opcintype = c.opcintype
    order by o.opcname limit 1
) as first
where c.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
