-- calls: 900 rows: 20 mean_ms: 12
SELECT * FROM invoice WHERE tenant_id = $1 AND state = $2;
