-- calls: 900 rows: 20 mean_ms: 0.2
SELECT * FROM invoice WHERE tenant_id = $1 LIMIT 20;

-- the id comes from the address
-- calls: 300 rows: 1 mean_ms: 0.1
SELECT * FROM invoice WHERE id = $1;
