-- OIDs and names of the publications, extensions' left out.
select p.oid::int8 as oid, pg_catalog.quote_ident(p.pubname) as name
from pg_catalog.pg_publication p
where p.oid >= 16384
  and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_publication'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
order by p.oid
