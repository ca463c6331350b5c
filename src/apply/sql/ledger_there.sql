-- Whether the ledger is there, and what our role may do with it.
SELECT coalesce(n.nspname IS NOT NULL, false) AS there,
       coalesce(pg_get_userbyid(n.nspowner), '') AS owner,
       to_regclass('dbharden.run') IS NOT NULL AND to_regclass('dbharden.statement') IS NOT NULL
         AND to_regclass('dbharden.backfill') IS NOT NULL AS whole,
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false)
         AND coalesce(has_table_privilege(to_regclass('dbharden.run')::oid, 'SELECT'), false) AS readable,
       -- a list of privileges would mean any of them
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AND NOT EXISTS (
           SELECT FROM unnest(ARRAY['run', 'statement', 'backfill']) AS t (name), unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p (name)
           WHERE NOT coalesce(has_table_privilege(to_regclass('dbharden.' || t.name)::oid, p.name), false)) AS writable,
       to_regclass('dbharden.forgotten') IS NOT NULL AS forgets,
       coalesce(pg_has_role(n.nspowner, 'USAGE'), false) AS owned,
       has_database_privilege(current_database(), 'CREATE') AS may_create,
       current_database()::text AS database, current_user::text AS role
FROM (VALUES (1)) AS one (n)
LEFT JOIN pg_namespace n ON n.nspname = 'dbharden'
