-- What belongs to extensions: whoever needs it needs the extension.
select d.classid::int8 as catalog, d.objid::int8 as oid, e.extname as extension
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid
where d.deptype = 'e'
  and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
