-- Every comment and security label on what users made, and on the schema public.
select c.relname as catalog, d.objoid::int8 as oid, d.objsubid as sub, null as provider, d.description as text
from pg_catalog.pg_description d
join pg_catalog.pg_class c on c.oid = d.classoid
where d.objoid >= 16384 or d.objoid = 2200
union all
select c.relname, l.objoid::int8, l.objsubid, l.provider, l.label
from pg_catalog.pg_seclabel l
join pg_catalog.pg_class c on c.oid = l.classoid
where l.objoid >= 16384 or l.objoid = 2200
