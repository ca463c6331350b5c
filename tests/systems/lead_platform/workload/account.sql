-- Sign-in, settings, the dashboard and what a page view reads.

-- name: settings-of-user
-- calls: 75
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 75
SELECT "public"."Settings"."id", "public"."Settings"."userId", "public"."Settings"."locale", "public"."Settings"."timezone", "public"."Settings"."theme", "public"."Settings"."emailSignature", "public"."Settings"."dailySendLimit", "public"."Settings"."preferences", "public"."Settings"."updatedAt" FROM "public"."Settings" WHERE ("public"."Settings"."userId" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: stats-of-user
-- calls: 75
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 75
SELECT "public"."UserStats"."id", "public"."UserStats"."userId", "public"."UserStats"."leadCount", "public"."UserStats"."campaignCount", "public"."UserStats"."emailsSent", "public"."UserStats"."openRate", "public"."UserStats"."replyRate", "public"."UserStats"."updatedAt" FROM "public"."UserStats" WHERE ("public"."UserStats"."userId" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: settings-appearance
-- calls: 200
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 50
SELECT "public"."Settings"."locale", "public"."Settings"."timezone", "public"."Settings"."theme" FROM "public"."Settings" WHERE ("public"."Settings"."userId" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: settings-update
-- calls: 3
-- params: SELECT x."theme", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Settings" WHERE "id" < 'cz' ORDER BY "id" LIMIT 3 OFFSET 3) x
UPDATE "public"."Settings" SET "theme" = $1, "updatedAt" = $2 WHERE ("public"."Settings"."id" = $3 AND 1=1) RETURNING "public"."Settings"."id";

-- name: user-by-id
-- calls: 3
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 3 OFFSET 9) x
SELECT "public"."User"."id", "public"."User"."email", "public"."User"."name", "public"."User"."role"::text, "public"."User"."companyName", "public"."User"."creditBalance" FROM "public"."User" WHERE ("public"."User"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: user-by-email
-- calls: 3
-- params: SELECT x."email", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 3 OFFSET 4) x
SELECT "public"."User"."id", "public"."User"."email", "public"."User"."name", "public"."User"."passwordHash", "public"."User"."role"::text, "public"."User"."companyName", "public"."User"."countryCode", "public"."User"."creditBalance", "public"."User"."emailVerifiedAt", "public"."User"."lastLoginAt", "public"."User"."createdAt", "public"."User"."updatedAt" FROM "public"."User" WHERE ("public"."User"."email" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: user-create
-- calls: 5
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), gen_random_uuid() || '@example.com', 'New user'::text, 'OWNER'::text, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM generate_series(1, 5) g
INSERT INTO "public"."User" ("id","email","name","role","createdAt","updatedAt") VALUES ($1,$2,$3,CAST($4::text AS "public"."UserRole"),$5,$6) RETURNING "public"."User"."id", "public"."User"."email", "public"."User"."name", "public"."User"."passwordHash", "public"."User"."role"::text, "public"."User"."companyName", "public"."User"."countryCode", "public"."User"."creditBalance", "public"."User"."emailVerifiedAt", "public"."User"."lastLoginAt", "public"."User"."createdAt", "public"."User"."updatedAt";

-- name: user-update-login
-- calls: 16
-- params: SELECT timestamp(3) '2025-12-31', timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 3) x
UPDATE "public"."User" SET "lastLoginAt" = $1, "updatedAt" = $2 WHERE ("public"."User"."id" = $3 AND 1=1) RETURNING "public"."User"."id";

-- name: session-with-user
-- calls: 47
-- params: SELECT x."sessionToken"
--   FROM (SELECT * FROM "Session" WHERE "id" < 'cz' ORDER BY "id" LIMIT 47 OFFSET 3) x
SELECT s."id", s."expiresAt", u."id" AS "userId", u."email", u."role"::text AS role FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE s."sessionToken" = $1;

-- name: session-list-of-user
-- calls: 11
-- params: SELECT u."id", 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 11
SELECT "public"."Session"."id", "public"."Session"."userAgent", "public"."Session"."expiresAt" FROM "public"."Session" WHERE "public"."Session"."userId" = $1 OFFSET $2;

-- name: api-key-by-hash
-- calls: 22
-- params: SELECT x."keyHash", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "ApiKey" WHERE "id" < 'cz' ORDER BY "id" LIMIT 22 OFFSET 3) x
SELECT "public"."ApiKey"."id", "public"."ApiKey"."userId", "public"."ApiKey"."name", "public"."ApiKey"."keyHash", "public"."ApiKey"."lastUsedAt", "public"."ApiKey"."revokedAt", "public"."ApiKey"."createdAt" FROM "public"."ApiKey" WHERE ("public"."ApiKey"."keyHash" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: api-key-list
-- calls: 18
-- params: SELECT u."id", 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 18
SELECT "public"."ApiKey"."id", "public"."ApiKey"."name", "public"."ApiKey"."lastUsedAt" FROM "public"."ApiKey" WHERE ("public"."ApiKey"."userId" = $1 AND "public"."ApiKey"."revokedAt" IS NULL) OFFSET $2;

-- name: api-key-update-used
-- calls: 10
-- params: SELECT timestamp(3) '2025-12-31', x."id"
--   FROM (SELECT * FROM "ApiKey" WHERE "id" < 'cz' ORDER BY "id" LIMIT 10 OFFSET 3) x
UPDATE "public"."ApiKey" SET "lastUsedAt" = $1 WHERE ("public"."ApiKey"."id" = $2 AND 1=1) RETURNING "public"."ApiKey"."id";

-- name: feature-flag-list
-- calls: 90
-- params: SELECT 0::bigint
SELECT "public"."FeatureFlag"."id", "public"."FeatureFlag"."key", "public"."FeatureFlag"."description", "public"."FeatureFlag"."enabled", "public"."FeatureFlag"."rollout", "public"."FeatureFlag"."updatedAt" FROM "public"."FeatureFlag" WHERE 1=1 OFFSET $1;

-- name: feature-flag-by-key
-- calls: 11
-- params: SELECT x."key", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "FeatureFlag" WHERE "id" < 'cz' ORDER BY "id" LIMIT 11 OFFSET 0) x
SELECT "public"."FeatureFlag"."id", "public"."FeatureFlag"."key", "public"."FeatureFlag"."description", "public"."FeatureFlag"."enabled", "public"."FeatureFlag"."rollout", "public"."FeatureFlag"."updatedAt" FROM "public"."FeatureFlag" WHERE ("public"."FeatureFlag"."key" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: country-list
-- calls: 14
-- params: SELECT 0::bigint
SELECT "public"."Country"."code", "public"."Country"."name", "public"."Country"."dialCode", "public"."Country"."currency" FROM "public"."Country" WHERE 1=1 ORDER BY "public"."Country"."name" ASC OFFSET $1;
