-- The extension HypoPG, where it has been created: its schema, its version, and whether this role may use the functions needed.
-- Catalogs and privilege functions only: the library is not loaded by this.
SELECT n.nspname AS schema, e.extversion AS version,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
           AND (SELECT pg_catalog.count(*) = 4 AND pg_catalog.bool_and(pg_catalog.has_function_privilege(p.oid, 'EXECUTE'))
                  FROM pg_catalog.pg_proc AS p
                 WHERE p.pronamespace = n.oid
                   AND p.proname IN ('hypopg', 'hypopg_create_index', 'hypopg_get_indexdef', 'hypopg_drop_index')) AS usable
  FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
 WHERE e.extname = 'hypopg'
