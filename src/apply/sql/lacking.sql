-- Of what statements need, that which our role has not. Objects that are not there are left out. A name of one kind is no name of another.
SELECT n.at, c.oid::pg_catalog.regclass::pg_catalog.text AS object, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       current_user::pg_catalog.text AS role
FROM (VALUES {needs}) AS n (at, right_, name)
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(CASE WHEN n.right_ NOT IN ('schema', 'database') THEN n.name END)
WHERE CASE WHEN n.right_ = 'owner' THEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
           WHEN n.right_ IN ('schema', 'database') THEN false
           ELSE NOT pg_catalog.has_table_privilege(c.oid, n.right_) END
UNION ALL
SELECT n.at, n.name, pg_catalog.pg_get_userbyid(s.nspowner), current_user::pg_catalog.text
FROM (VALUES {needs}) AS n (at, right_, name)
JOIN pg_catalog.pg_namespace s ON s.oid = pg_catalog.to_regnamespace(CASE WHEN n.right_ = 'schema' THEN n.name END)
WHERE n.right_ = 'schema' AND NOT pg_catalog.has_schema_privilege(s.oid, 'CREATE')
UNION ALL
SELECT n.at, pg_catalog.quote_ident(d.datname), pg_catalog.pg_get_userbyid(d.datdba), current_user::pg_catalog.text
FROM (VALUES {needs}) AS n (at, right_, name)
JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
WHERE n.right_ = 'database' AND NOT pg_catalog.has_database_privilege(d.oid, 'CREATE')
ORDER BY 1
