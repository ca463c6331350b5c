-- What the current role may see. Asks the privilege functions only: nothing is opened, locked or read.
-- USAGE, not MEMBER: membership of a role that does not inherit gives nothing before SET ROLE.
WITH me AS (
    SELECT r.oid, r.rolname, r.rolsuper, r.rolbypassrls FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
), held AS (
    SELECT coalesce(array_agg(r.rolname ORDER BY r.rolname), '{}') AS roles
      FROM pg_catalog.pg_roles AS r
     WHERE r.rolname IN ('pg_monitor', 'pg_read_all_stats', 'pg_read_all_settings', 'pg_stat_scan_tables', 'pg_read_all_data',
                         'rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'neon_superuser', 'supabase_admin')
       AND pg_catalog.pg_has_role(r.oid, 'USAGE')
), platform AS (
    SELECT coalesce(array_agg(r.rolname ORDER BY r.rolname), '{}') AS roles
      FROM pg_catalog.pg_roles AS r
     WHERE r.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'neon_superuser', 'supabase_admin')
), rel AS (
    SELECT n.nspname, c.relkind,
           pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS usage,
           coalesce(pg_catalog.has_table_privilege(c.oid, 'SELECT'), false) AS readable,
           pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
           c.relrowsecurity AND pg_catalog.row_security_active(c.oid) AS filtered
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm', 'S')
       AND c.relpersistence <> 't'
       AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT me.rolname AS role, me.rolsuper AS superuser, me.rolbypassrls AS bypass_rls,
       held.roles AS held, platform.roles AS platform_roles,
       pg_catalog.has_table_privilege('pg_catalog.pg_statistic', 'SELECT') AS statistic,
       pg_catalog.has_table_privilege('pg_catalog.pg_statistic_ext_data', 'SELECT') AS statistic_ext,
       (SELECT count(*) FROM rel WHERE relkind <> 'S') AS tables,
       (SELECT count(*) FROM rel WHERE relkind <> 'S' AND readable AND usage) AS readable,
       (SELECT count(*) FROM rel WHERE relkind <> 'S' AND readable AND NOT filtered) AS with_statistics,
       (SELECT count(*) FROM rel WHERE relkind <> 'S' AND owned) AS owned,
       (SELECT count(*) FROM rel WHERE relkind = 'S') AS sequences,
       (SELECT count(*) FROM rel WHERE relkind = 'S' AND readable) AS sequences_readable,
       (SELECT coalesce(array_agg(DISTINCT nspname ORDER BY nspname), '{}') FROM rel
         WHERE relkind <> 'S' AND NOT (readable AND usage)) AS closed_schemas,
       (SELECT coalesce(array_agg(DISTINCT nspname ORDER BY nspname), '{}') FROM rel
         WHERE relkind = 'S' AND NOT readable) AS closed_sequences,
       w.nspname AS workload_schema, w.extversion AS workload_version, coalesce(w.readable, false) AS workload_readable,
       EXISTS (SELECT FROM pg_catalog.pg_settings AS s WHERE s.name = 'pg_stat_statements.max') AS workload_loaded
  FROM me CROSS JOIN held CROSS JOIN platform
  LEFT JOIN (SELECT n.nspname, e.extversion,
                    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable
               FROM pg_catalog.pg_extension AS e
               JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
               LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
              WHERE e.extname = 'pg_stat_statements') AS w ON true
