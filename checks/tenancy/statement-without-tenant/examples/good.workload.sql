-- calls: 900 rows: 20 mean_ms: 0.2
SELECT * FROM invoice WHERE tenant_id = $1 LIMIT 20;

-- joined to a row of the tenant
-- calls: 300 rows: 1 mean_ms: 0.1
SELECT i.* FROM invoice i JOIN account a ON a.id = i.id WHERE a.tenant_id = $1;

-- calls: 300 rows: 1 mean_ms: 0.1
INSERT INTO invoice (id, tenant_id) VALUES ($1, $2);
