-- One row per trigger of the relations in $1; of a partition's copies of its parent's triggers only those whose state differs.
-- Opens each relation for a moment.
--
-- $1  oid[]  relations
select
    t.oid::int8 as oid,
    t.tgrelid::int8 as relation,
    t.tgname as name,
    pg_catalog.pg_get_triggerdef(t.oid) as definition,
    t.tgenabled as enabled,
    t.tgparentid <> 0 as cloned
from pg_catalog.pg_trigger t
left join pg_catalog.pg_trigger p on p.oid = t.tgparentid
where t.tgrelid = any ($1)
  and (not t.tgisinternal or t.tgparentid <> 0)
  and (t.tgparentid = 0 or t.tgenabled <> p.tgenabled and not p.tgisinternal)
