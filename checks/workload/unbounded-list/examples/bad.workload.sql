-- everything of a customer, however much that is
-- calls: 300 rows: 4200 mean_ms: 31
SELECT * FROM invoice WHERE customer = $1 ORDER BY created_at DESC;

-- the client sends 99999
-- calls: 40 rows: 4500 mean_ms: 48
SELECT * FROM invoice ORDER BY created_at DESC LIMIT $1;
