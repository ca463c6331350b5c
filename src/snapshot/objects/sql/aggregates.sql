-- One row per aggregate that users made, extensions' left out.
select
    p.oid::int8 as oid,
    n.nspname as schema,
    p.proname as name,
    pg_catalog.oidvectortypes(p.proargtypes) as part,
    pg_catalog.pg_get_userbyid(p.proowner) as owner,
    p.proacl::text[] as acl,
    a.aggkind as kind,
    pg_catalog.pg_get_function_arguments(p.oid) as arguments,
    pg_catalog.pg_get_function_result(p.oid) as result,
    (
        select pg_catalog.json_object_agg(v.role, pg_catalog.format('%I.%I', fn.nspname, f.proname))
        from (values ('sfunc', a.aggtransfn::pg_catalog.oid), ('finalfunc', a.aggfinalfn::pg_catalog.oid),
                 ('combinefunc', a.aggcombinefn::pg_catalog.oid), ('serialfunc', a.aggserialfn::pg_catalog.oid),
                 ('deserialfunc', a.aggdeserialfn::pg_catalog.oid), ('msfunc', a.aggmtransfn::pg_catalog.oid),
                 ('minvfunc', a.aggminvtransfn::pg_catalog.oid), ('mfinalfunc', a.aggmfinalfn::pg_catalog.oid)) as v (role, oid)
        join pg_catalog.pg_proc f on f.oid = v.oid
        join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
    ) as functions,
    pg_catalog.format_type(a.aggtranstype, null) as stype,
    a.aggtransspace as sspace,
    a.aggfinalextra as finalfunc_extra,
    a.aggfinalmodify as finalfunc_modify,
    a.agginitval as initcond,
    case when a.aggmtranstype <> 0 then pg_catalog.format_type(a.aggmtranstype, null) end as mstype,
    a.aggmtransspace as msspace,
    a.aggmfinalextra as mfinalfunc_extra,
    a.aggmfinalmodify as mfinalfunc_modify,
    a.aggminitval as minitcond,
    (select pg_catalog.format('%I.%s', opn.nspname, op.oprname)
     from pg_catalog.pg_operator op join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace
     where op.oid = a.aggsortop) as sortop,
    p.proparallel as parallel
from pg_catalog.pg_aggregate a
join pg_catalog.pg_proc p on p.oid = a.aggfnoid::pg_catalog.oid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where p.oid >= 16384
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
