-- calls: 300 rows: 93.33 mean_ms: 0.9
SELECT * FROM invoice WHERE customer = $1 ORDER BY created_at DESC LIMIT $2;

-- calls: 500 rows: 100 mean_ms: 1.1
SELECT * FROM invoice WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 100;

-- one row, from many
-- calls: 900 rows: 1 mean_ms: 12
SELECT count(*) FROM invoice WHERE customer = $1;

-- an archive that never leaves the server
-- calls: 30 rows: 3000 mean_ms: 210
INSERT INTO invoice SELECT * FROM invoice WHERE created_at < $1;
