-- Campaigns, their steps, templates, sender accounts and the do-not-mail list.

-- name: campaign-list-newest
-- calls: 12
-- wants: public."Campaign" (userId, createdAt)
-- params: SELECT u."id", 10::bigint, 0::bigint
--   FROM (SELECT "id" FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 12 OFFSET 0) u
SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName", "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt", "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE "public"."Campaign"."userId" = $1 ORDER BY "public"."Campaign"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: campaign-lead-count
-- calls: 120
-- n-plus-one: campaign-list-newest
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 120 OFFSET 200) x
SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE "public"."Lead"."campaignId" = $1 OFFSET $2) AS "sub";

-- name: campaign-list-by-status
-- calls: 14
-- wants: public."Campaign" (userId, status)
-- params: SELECT u."id", 'PAUSED'::text, 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 14
SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName", "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt", "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" = CAST($2::text AS "public"."CampaignStatus")) ORDER BY "public"."Campaign"."updatedAt" DESC LIMIT $3 OFFSET $4;

-- name: campaign-count-by-status
-- calls: 14
-- wants: public."Campaign" (userId, status)
-- params: SELECT u."id", 'RUNNING'::text, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 14
SELECT COUNT(*) FROM (SELECT "public"."Campaign"."id" FROM "public"."Campaign" WHERE ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" = CAST($2::text AS "public"."CampaignStatus")) OFFSET $3) AS "sub";

-- name: campaign-list-active
-- calls: 10
-- wants: public."Campaign" (userId, status)
-- params: SELECT u."id", 'RUNNING'::text, 'SCHEDULED'::text, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 10
SELECT "public"."Campaign"."id", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."dailyLimit", "public"."Campaign"."startedAt" FROM "public"."Campaign" WHERE ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" IN (CAST($2::text AS "public"."CampaignStatus"),CAST($3::text AS "public"."CampaignStatus"))) ORDER BY "public"."Campaign"."name" ASC OFFSET $4;

-- name: campaign-status-breakdown
-- calls: 9
-- wants: public."Campaign" (userId, status)
-- params: SELECT u."id"
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 9
SELECT "status"::text AS status, COUNT(*)::int AS total FROM "Campaign" WHERE "userId" = $1 GROUP BY "status";

-- name: campaign-count-since
-- calls: 10
-- wants: public."Campaign" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-12-01', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 10
SELECT COUNT(*) FROM (SELECT "public"."Campaign"."id" FROM "public"."Campaign" WHERE ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."createdAt" >= $2) OFFSET $3) AS "sub";

-- name: campaign-list-range
-- calls: 10
-- wants: public."Campaign" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-06-01', timestamp(3) '2025-09-01', 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 10
SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName", "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt", "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."createdAt" >= $2 AND "public"."Campaign"."createdAt" < $3) ORDER BY "public"."Campaign"."createdAt" DESC LIMIT $4 OFFSET $5;

-- name: campaign-latest
-- calls: 8
-- wants: public."Campaign" (userId, createdAt)
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT "public"."Campaign"."id", "public"."Campaign"."name", "public"."Campaign"."createdAt" FROM "public"."Campaign" WHERE "public"."Campaign"."userId" = $1 ORDER BY "public"."Campaign"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: campaign-create
-- calls: 9
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), u."id", 'New campaign'::text, 'DRAFT'::text, 'Example'::text, 50, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 9
INSERT INTO "public"."Campaign" ("id","userId","name","status","subject","dailyLimit","createdAt","updatedAt") VALUES ($1,$2,$3,CAST($4::text AS "public"."CampaignStatus"),$5,$6,$7,$8) RETURNING "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName", "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt", "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt";

-- name: campaign-update-status
-- calls: 15
-- params: SELECT x."status"::text, timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 15 OFFSET 3) x
UPDATE "public"."Campaign" SET "status" = CAST($1::text AS "public"."CampaignStatus"), "updatedAt" = $2 WHERE ("public"."Campaign"."id" = $3 AND 1=1) RETURNING "public"."Campaign"."id";

-- name: campaign-update
-- calls: 8
-- params: SELECT x."name", x."subject", x."schedule", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 3) x
UPDATE "public"."Campaign" SET "name" = $1, "subject" = $2, "schedule" = $3, "updatedAt" = $4 WHERE ("public"."Campaign"."id" = $5 AND 1=1) RETURNING "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName", "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt", "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt";

-- name: campaign-step-list
-- calls: 4
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 4 OFFSET 150) x
SELECT "public"."CampaignStep"."id", "public"."CampaignStep"."campaignId", "public"."CampaignStep"."position", "public"."CampaignStep"."subject", "public"."CampaignStep"."body", "public"."CampaignStep"."delayHours", "public"."CampaignStep"."createdAt" FROM "public"."CampaignStep" WHERE "public"."CampaignStep"."campaignId" = $1 ORDER BY "public"."CampaignStep"."position" ASC OFFSET $2;

-- name: email-template-list-by-category
-- calls: 11
-- wants: public."EmailTemplate" (userId, category)
-- params: SELECT u."id", 'NURTURE'::text, 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 11
SELECT "public"."EmailTemplate"."id", "public"."EmailTemplate"."userId", "public"."EmailTemplate"."name", "public"."EmailTemplate"."category"::text, "public"."EmailTemplate"."subject", "public"."EmailTemplate"."body", "public"."EmailTemplate"."variables", "public"."EmailTemplate"."usageCount", "public"."EmailTemplate"."createdAt", "public"."EmailTemplate"."updatedAt" FROM "public"."EmailTemplate" WHERE ("public"."EmailTemplate"."userId" = $1 AND "public"."EmailTemplate"."category" = CAST($2::text AS "public"."TemplateCategory")) ORDER BY "public"."EmailTemplate"."usageCount" DESC LIMIT $3 OFFSET $4;

-- name: email-template-count-by-category
-- calls: 8
-- wants: public."EmailTemplate" (userId, category)
-- params: SELECT u."id", 'EVENT'::text, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT COUNT(*) FROM (SELECT "public"."EmailTemplate"."id" FROM "public"."EmailTemplate" WHERE ("public"."EmailTemplate"."userId" = $1 AND "public"."EmailTemplate"."category" = CAST($2::text AS "public"."TemplateCategory")) OFFSET $3) AS "sub";

-- name: email-template-picker
-- calls: 7
-- wants: public."EmailTemplate" (userId, category)
-- params: SELECT u."id", 'EVENT'::text, 'TRANSACTIONAL'::text, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 7
SELECT "public"."EmailTemplate"."id", "public"."EmailTemplate"."name", "public"."EmailTemplate"."category"::text, "public"."EmailTemplate"."subject" FROM "public"."EmailTemplate" WHERE ("public"."EmailTemplate"."userId" = $1 AND "public"."EmailTemplate"."category" IN (CAST($2::text AS "public"."TemplateCategory"),CAST($3::text AS "public"."TemplateCategory"))) ORDER BY "public"."EmailTemplate"."name" ASC OFFSET $4;

-- name: email-template-by-id
-- calls: 8
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "EmailTemplate" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 6) x
SELECT "public"."EmailTemplate"."id", "public"."EmailTemplate"."userId", "public"."EmailTemplate"."name", "public"."EmailTemplate"."category"::text, "public"."EmailTemplate"."subject", "public"."EmailTemplate"."body", "public"."EmailTemplate"."variables", "public"."EmailTemplate"."usageCount", "public"."EmailTemplate"."createdAt", "public"."EmailTemplate"."updatedAt" FROM "public"."EmailTemplate" WHERE ("public"."EmailTemplate"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: email-template-update-usage
-- calls: 7
-- params: SELECT x."usageCount", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "EmailTemplate" WHERE "id" < 'cz' ORDER BY "id" LIMIT 7 OFFSET 3) x
UPDATE "public"."EmailTemplate" SET "usageCount" = $1, "updatedAt" = $2 WHERE ("public"."EmailTemplate"."id" = $3 AND 1=1) RETURNING "public"."EmailTemplate"."id";

-- name: email-account-list
-- calls: 43
-- params: SELECT u."id", 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 43
SELECT "public"."EmailAccount"."id", "public"."EmailAccount"."userId", "public"."EmailAccount"."email", "public"."EmailAccount"."provider", "public"."EmailAccount"."smtpHost", "public"."EmailAccount"."dailySent", "public"."EmailAccount"."isActive", "public"."EmailAccount"."lastSyncAt", "public"."EmailAccount"."createdAt" FROM "public"."EmailAccount" WHERE "public"."EmailAccount"."userId" = $1 ORDER BY "public"."EmailAccount"."email" ASC OFFSET $2;

-- name: email-account-by-email
-- calls: 16
-- params: SELECT x."userId", x."email", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "EmailAccount" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 3) x
SELECT "public"."EmailAccount"."id", "public"."EmailAccount"."userId", "public"."EmailAccount"."email", "public"."EmailAccount"."provider", "public"."EmailAccount"."smtpHost", "public"."EmailAccount"."dailySent", "public"."EmailAccount"."isActive", "public"."EmailAccount"."lastSyncAt", "public"."EmailAccount"."createdAt" FROM "public"."EmailAccount" WHERE ("public"."EmailAccount"."userId" = $1 AND "public"."EmailAccount"."email" = $2 AND 1=1) LIMIT $3 OFFSET $4;

-- name: email-account-update-sync
-- calls: 24
-- params: SELECT x."dailySent", timestamp(3) '2025-12-31', x."id"
--   FROM (SELECT * FROM "EmailAccount" WHERE "id" < 'cz' ORDER BY "id" LIMIT 24 OFFSET 3) x
UPDATE "public"."EmailAccount" SET "dailySent" = $1, "lastSyncAt" = $2 WHERE ("public"."EmailAccount"."id" = $3 AND 1=1) RETURNING "public"."EmailAccount"."id";

-- name: unsubscribe-create
-- calls: 6
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), u."id", gen_random_uuid() || '@example.com', 'not interested'::text, timestamp(3) '2026-01-01'
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 6
INSERT INTO "public"."Unsubscribe" ("id","userId","email","reason","createdAt") VALUES ($1,$2,$3,$4,$5) RETURNING "public"."Unsubscribe"."id", "public"."Unsubscribe"."userId", "public"."Unsubscribe"."email", "public"."Unsubscribe"."reason", "public"."Unsubscribe"."createdAt";

-- name: unsubscribe-by-email
-- calls: 31
-- params: SELECT x."userId", x."email", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Unsubscribe" WHERE "id" < 'cz' ORDER BY "id" LIMIT 31 OFFSET 3) x
SELECT "public"."Unsubscribe"."id" FROM "public"."Unsubscribe" WHERE ("public"."Unsubscribe"."userId" = $1 AND "public"."Unsubscribe"."email" = $2 AND 1=1) LIMIT $3 OFFSET $4;
