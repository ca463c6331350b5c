-- One row when the view pg_stats_ext still shows values of other people's tables: the fix of CVE-2024-4317 changes new clusters only,
-- an older one until somebody runs its script in each database.
--
-- $1  text[]  schemas under inspection
select 'pg_catalog.pg_stats_ext' as view
where pg_catalog.current_setting('server_version_num')::int between 140000 and 169999
  and pg_catalog.pg_get_viewdef('pg_catalog.pg_stats_ext'::pg_catalog.regclass) !~ 'pg_has_role\(c\.relowner'
  and $1::text[] is not null
