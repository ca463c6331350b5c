-- Every comment and security label on what users made, and on the schema public.
select d.classoid::int8 as catalog, d.objoid::int8 as oid, d.objsubid as sub, null as provider, d.description as text
from pg_catalog.pg_description d
where d.objoid >= 16384 or d.objoid = 2200
union all
select l.classoid::int8, l.objoid::int8, l.objsubid, l.provider, l.label
from pg_catalog.pg_seclabel l
where l.objoid >= 16384 or l.objoid = 2200
