-- calls: 240 rows: 50 mean_ms: 1.8
SELECT id, "companyId" FROM "Lead" WHERE "userId" = $1 ORDER BY "createdAt" DESC LIMIT $2;

-- one company for each lead
-- calls: 12000 rows: 1 mean_ms: 0.05
SELECT id, name FROM "Company" WHERE id = $1 LIMIT $2;

-- a dashboard asks three times for the same user
-- calls: 900 rows: 1 mean_ms: 0.04
SELECT * FROM "Settings" WHERE "userId" = $1;

-- calls: 900 rows: 1 mean_ms: 0.04
SELECT * FROM "Subscription" WHERE "userId" = $1;

-- calls: 900 rows: 0.9989 mean_ms: 0.04
SELECT * FROM "UserStats" WHERE "userId" = $1;
