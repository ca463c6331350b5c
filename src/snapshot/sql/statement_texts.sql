-- Texts of the entries in $1, one per entry id. Statements of dbharden itself carry a marker and are left out.
-- {schema} is the extension's.
--
-- $1  text[]  queryids
select distinct on (s.queryid)
    s.queryid::text as id,
    case when s.query like '%/* dbharden */%' then '/* dbharden */' else s.query end as text
from {schema}.pg_stat_statements(true) s
where s.dbid = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and s.queryid = any ($1::int8[])
order by s.queryid, s.query nulls last
