-- One row per operator that users made; extensions' left out, and those that are only announced as another one's partner.
select
    o.oid::int8 as oid,
    n.nspname as schema,
    o.oprname as name,
    case when o.oprleft = 0 then 'NONE' else pg_catalog.format_type(o.oprleft, null) end || ', '
        || case when o.oprright = 0 then 'NONE' else pg_catalog.format_type(o.oprright, null) end as part,
    pg_catalog.pg_get_userbyid(o.oprowner) as owner,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('function', o.oprcode::pg_catalog.oid), ('restrict', o.oprrest::pg_catalog.oid),
                 ('join', o.oprjoin::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions,
    (select pg_catalog.format('%I.%s', rn.nspname, r.oprname)
     from pg_catalog.pg_operator r join pg_catalog.pg_namespace rn on rn.oid = r.oprnamespace
     where r.oid = o.oprcom) as commutator,
    (select pg_catalog.format('%I.%s', rn.nspname, r.oprname)
     from pg_catalog.pg_operator r join pg_catalog.pg_namespace rn on rn.oid = r.oprnamespace
     where r.oid = o.oprnegate) as negator,
    o.oprcanhash as hashes,
    o.oprcanmerge as merges
from pg_catalog.pg_operator o
join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
where o.oid >= 16384
  and o.oprcode <> 0
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and d.objid = o.oid and d.deptype = 'e')
