-- One row per extension in the schema public.
--
-- $1  text[]  schemas under inspection
select
    pg_catalog.format('extension %I', e.extname) as object,
    n.nspname as schema,
    e.extname as name,
    e.extversion as version,
    e.extrelocatable as can_be_moved
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where n.nspname = 'public' and n.nspname = any ($1)
order by 1
