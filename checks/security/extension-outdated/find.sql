-- One row per extension whose installed version is not the server's default one.
--
-- $1  text[]  schemas under inspection
select pg_catalog.format('extension %I', a.name) as object, a.name as extension, a.installed_version as installed, a.default_version as available
from pg_catalog.pg_available_extensions a
where a.installed_version <> a.default_version
  and $1::text[] is not null
order by 1
