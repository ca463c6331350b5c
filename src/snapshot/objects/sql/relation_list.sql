-- One row per relation and sequence that users made, extensions' left out. Takes no lock on any of them.
select
    c.oid::int8 as oid,
    c.xmin::text as version,   -- changes with every ALTER TABLE
    c.relkind = 'S' as sequence
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid >= 16384
  and c.relkind in ('r', 'p', 'f', 'm', 'v', 'S')
  and c.relpersistence <> 't'
  and n.nspname !~ '^pg_(catalog|toast|temp_[0-9]+|toast_temp_[0-9]+)$'
  and not exists (
      select from pg_catalog.pg_depend d
      where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by c.oid
