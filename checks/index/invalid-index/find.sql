-- Indexes that are being built right now: invalid for a good reason. Who may not see other sessions gets no rows.
--
-- $1  text[]  schemas under inspection
select
    n.nspname as schema,
    c.relname as index
from pg_catalog.pg_stat_progress_create_index p
join pg_catalog.pg_class c on c.oid = p.index_relid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ($1)
  and p.datname = pg_catalog.current_database()
order by 1, 2
