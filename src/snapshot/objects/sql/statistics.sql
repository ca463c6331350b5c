-- One row per extended-statistics object on the tables in $1. Opens each of them for a moment.
--
-- $1  oid[]  relations
select
    s.oid::int8 as oid,
    s.stxrelid::int8 as relation,
    n.nspname as schema,
    s.stxname as name,
    pg_catalog.pg_get_userbyid(s.stxowner) as owner,
    pg_catalog.pg_get_statisticsobjdef(s.oid) as definition,
    nullif(s.stxstattarget, -1) as target
from pg_catalog.pg_statistic_ext s
join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
where s.stxrelid = any ($1)
