-- calls: 900 rows: 20 mean_ms: 0.1
SELECT * FROM invoice WHERE tenant_id = $1 AND state = $2;
