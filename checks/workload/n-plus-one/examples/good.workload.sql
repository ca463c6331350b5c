-- calls: 240 rows: 50 mean_ms: 1.8
SELECT id, "companyId" FROM "Lead" WHERE "userId" = $1 ORDER BY "createdAt" DESC LIMIT $2;

-- all companies of a page at once
-- calls: 240 rows: 37.5 mean_ms: 0.6
SELECT id, name FROM "Company" WHERE id = ANY ($1);

-- the user of the session: often, and all leads of a list have the same one
-- calls: 12400 rows: 1 mean_ms: 0.04
SELECT id FROM "User" WHERE id = $1;

-- calls: 900 rows: 1 mean_ms: 0.09
SELECT s.*, b.*, t.* FROM "Settings" s
LEFT JOIN "Subscription" b ON b."userId" = s."userId"
LEFT JOIN "UserStats" t ON t."userId" = s."userId"
WHERE s."userId" = $1;

-- calls: 50000 rows: 1 mean_ms: 0.01
SELECT 1;
