-- Leads and what hangs on one: tags, activities, notes, tasks, deals, companies, contacts.

-- name: lead-list-newest
-- calls: 20
-- wants: public."Lead" (userId, createdAt)
-- params: SELECT u."id", 25::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 20
SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId", "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle", "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score", "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt", "public"."Lead"."updatedAt" FROM "public"."Lead" WHERE "public"."Lead"."userId" = $1 ORDER BY "public"."Lead"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: company-of-lead
-- calls: 480
-- n-plus-one: lead-list-newest
-- params: SELECT x."companyId", 1::bigint, 0::bigint
--   FROM (SELECT "companyId" FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 500) x
--   WHERE x."companyId" IS NOT NULL
SELECT "public"."Company"."id", "public"."Company"."userId", "public"."Company"."name", "public"."Company"."domain", "public"."Company"."industry", "public"."Company"."employeeCount", "public"."Company"."countryCode", "public"."Company"."enrichment", "public"."Company"."createdAt", "public"."Company"."updatedAt" FROM "public"."Company" WHERE ("public"."Company"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: lead-list-by-status
-- calls: 12
-- wants: public."Lead" (userId, status)
-- params: SELECT u."id", 'QUALIFIED'::text, 50::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 12
SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId", "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle", "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score", "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt", "public"."Lead"."updatedAt" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus")) ORDER BY "public"."Lead"."score" DESC LIMIT $3 OFFSET $4;

-- name: lead-count-by-status
-- calls: 11
-- wants: public."Lead" (userId, status)
-- params: SELECT u."id", (ARRAY['NEW','LOST','CONVERTED'])[1 + row_number() OVER (ORDER BY md5(u."id"))::int % 3], 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 11
SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus")) OFFSET $3) AS "sub";

-- name: lead-status-breakdown
-- calls: 7
-- wants: public."Lead" (userId, status)
-- params: SELECT u."id"
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 7
SELECT "status"::text AS status, COUNT(*)::int AS total FROM "Lead" WHERE "userId" = $1 GROUP BY "status";

-- name: lead-list-open
-- calls: 8
-- wants: public."Lead" (userId, status)
-- params: SELECT u."id", 'QUALIFIED'::text, 'CONVERTED'::text, 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."status"::text, "public"."Lead"."score" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."status" IN (CAST($2::text AS "public"."LeadStatus"),CAST($3::text AS "public"."LeadStatus"))) ORDER BY "public"."Lead"."score" DESC LIMIT $4 OFFSET $5;

-- name: lead-list-hot
-- calls: 8
-- wants: public."Lead" (userId, status)
-- params: SELECT u."id", 'NEW'::text, 80, 30::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."score", "public"."Lead"."source", "public"."Lead"."createdAt" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus") AND "public"."Lead"."score" >= $3) ORDER BY "public"."Lead"."score" DESC LIMIT $4 OFFSET $5;

-- name: lead-status-with-company
-- calls: 7
-- wants: public."Lead" (userId, status)
-- params: SELECT u."id", 'CONVERTED'::text, 20::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 7
SELECT l."id", l."email", l."score", c."name" AS "companyName", c."domain" FROM "Lead" l LEFT JOIN "Company" c ON c."id" = l."companyId" WHERE l."userId" = $1 AND l."status" = $2::"LeadStatus" ORDER BY l."score" DESC LIMIT $3;

-- name: lead-count-since
-- calls: 9
-- wants: public."Lead" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-12-01', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 9
SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."createdAt" >= $2) OFFSET $3) AS "sub";

-- name: lead-list-range
-- calls: 8
-- wants: public."Lead" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-10-01', timestamp(3) '2025-11-01', 50::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId", "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle", "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score", "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt", "public"."Lead"."updatedAt" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."createdAt" >= $2 AND "public"."Lead"."createdAt" < $3) ORDER BY "public"."Lead"."createdAt" DESC LIMIT $4 OFFSET $5;

-- name: lead-list-after-cursor
-- calls: 7
-- wants: public."Lead" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-07-01', 30::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 7
SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."status"::text, "public"."Lead"."createdAt" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."createdAt" < $2) ORDER BY "public"."Lead"."createdAt" DESC LIMIT $3 OFFSET $4;

-- name: lead-first
-- calls: 6
-- wants: public."Lead" (userId, createdAt)
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 6
SELECT "public"."Lead"."id", "public"."Lead"."createdAt" FROM "public"."Lead" WHERE "public"."Lead"."userId" = $1 ORDER BY "public"."Lead"."createdAt" ASC LIMIT $2 OFFSET $3;

-- name: lead-newest-with-campaign
-- calls: 6
-- wants: public."Lead" (userId, createdAt)
-- params: SELECT u."id", 15::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 6
SELECT l."id", l."email", l."createdAt", c."name" AS "campaignName" FROM "Lead" l LEFT JOIN "Campaign" c ON c."id" = l."campaignId" WHERE l."userId" = $1 ORDER BY l."createdAt" DESC LIMIT $2;

-- name: lead-by-email
-- calls: 14
-- wants: public."Lead" (email)
-- params: SELECT CASE WHEN g % 7 = 0 THEN 'lead' || g * 1300 + 1 ELSE 'fresh' || g END || '@example.com', 1::bigint, 0::bigint
--   FROM generate_series(1, 14) g
SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."email", "public"."Lead"."status"::text FROM "public"."Lead" WHERE "public"."Lead"."email" = $1 LIMIT $2 OFFSET $3;

-- name: lead-duplicates-by-email
-- calls: 8
-- wants: public."Lead" (email)
-- params: SELECT 'lead' || g || '@example.com', 'lead' || g + 9 || '@example.com', 'fresh' || g || '@example.com', 0::bigint
--   FROM generate_series(199, 1600, 200) g
SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."email" FROM "public"."Lead" WHERE "public"."Lead"."email" IN ($1,$2,$3) OFFSET $4;

-- name: lead-email-taken
-- calls: 8
-- wants: public."Lead" (email)
-- params: SELECT x."userId", x."email", 0::bigint
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 50) x
SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."email" = $2) OFFSET $3) AS "sub";

-- name: lead-import-duplicates
-- calls: 5
-- wants: public."Lead" (email)
-- params: SELECT ARRAY[x."email", 'import-' || x."email"], x."userId"
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 5 OFFSET 70) x
SELECT l."id", l."email" FROM "Lead" l WHERE l."email" = ANY($1) AND l."userId" = $2;

-- name: lead-by-id
-- calls: 3
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 3 OFFSET 40) x
SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId", "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle", "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score", "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt", "public"."Lead"."updatedAt" FROM "public"."Lead" WHERE ("public"."Lead"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: lead-create
-- calls: 30
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", x."companyId", x."campaignId", 'new' || x."email", 'First'::text, 'form'::text, 'NEW'::text, 10, '{"provider": "example"}'::jsonb, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 30 OFFSET 100) x
INSERT INTO "public"."Lead" ("id","userId","companyId","campaignId","email","firstName","source","status","score","enrichment","createdAt","updatedAt") VALUES ($1,$2,$3,$4,$5,$6,$7,CAST($8::text AS "public"."LeadStatus"),$9,$10,$11,$12) RETURNING "public"."Lead"."id";

-- name: lead-create-many
-- calls: 6
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", 'bulk' || x."email", 'NEW'::text, 0, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01', 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", 'bulk' || x."email", 'NEW'::text, 0, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01', 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", 'bulk' || x."email", 'NEW'::text, 0, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 6 OFFSET 200) x
INSERT INTO "public"."Lead" ("id","userId","email","status","score","createdAt","updatedAt") VALUES ($1,$2,$3,CAST($4::text AS "public"."LeadStatus"),$5,$6,$7), ($8,$9,$10,CAST($11::text AS "public"."LeadStatus"),$12,$13,$14), ($15,$16,$17,CAST($18::text AS "public"."LeadStatus"),$19,$20,$21);

-- name: lead-update-status
-- calls: 28
-- params: SELECT x."status"::text, timestamp(3) '2025-12-30', timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 28 OFFSET 10) x
UPDATE "public"."Lead" SET "status" = CAST($1::text AS "public"."LeadStatus"), "lastContactedAt" = $2, "updatedAt" = $3 WHERE ("public"."Lead"."id" = $4 AND 1=1) RETURNING "public"."Lead"."id";

-- name: lead-update-enrichment
-- calls: 13
-- params: SELECT x."score", x."enrichment", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 13 OFFSET 300) x
UPDATE "public"."Lead" SET "score" = $1, "enrichment" = $2, "updatedAt" = $3 WHERE ("public"."Lead"."id" = $4 AND 1=1) RETURNING "public"."Lead"."id";

-- name: lead-delete
-- calls: 6
-- params: SELECT x."id"
--   FROM (SELECT "id" FROM "Lead" WHERE "id" >= 'cz' ORDER BY "id" LIMIT 6) x
DELETE FROM "public"."Lead" WHERE ("public"."Lead"."id" = $1 AND 1=1) RETURNING "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId", "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle", "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score", "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt", "public"."Lead"."updatedAt";

-- name: lead-list-by-company
-- calls: 3
-- params: SELECT x."id", 20::bigint, 0::bigint
--   FROM (SELECT * FROM "Company" WHERE "id" < 'cz' ORDER BY "id" LIMIT 3 OFFSET 30) x
SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."firstName", "public"."Lead"."lastName", "public"."Lead"."status"::text FROM "public"."Lead" WHERE "public"."Lead"."companyId" = $1 LIMIT $2 OFFSET $3;

-- name: lead-list-by-campaign
-- calls: 3
-- params: SELECT x."id", 50::bigint, 0::bigint
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 3 OFFSET 120) x
SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."status"::text, "public"."Lead"."lastContactedAt" FROM "public"."Lead" WHERE "public"."Lead"."campaignId" = $1 LIMIT $2 OFFSET $3;

-- name: tag-list-of-leads
-- calls: 17
-- params: SELECT x."A", 'clle0000', 'clle0001'
--   FROM (SELECT "A" FROM "_LeadToTag" ORDER BY "A" LIMIT 17) x
SELECT "t1"."A" AS "leadId", "t0"."id", "t0"."name", "t0"."color" FROM "public"."Tag" AS "t0" INNER JOIN "public"."_LeadToTag" AS "t1" ON "t0"."id" = "t1"."B" WHERE "t1"."A" IN ($1,$2,$3);

-- name: lead-list-of-tag
-- calls: 10
-- params: SELECT x."id"
--   FROM (SELECT * FROM "Tag" WHERE "id" < 'cz' ORDER BY "id" LIMIT 10 OFFSET 200) x
SELECT "t0"."A" FROM "public"."_LeadToTag" AS "t0" WHERE "t0"."B" = $1;

-- name: lead-attach-tag
-- calls: 9
-- params: SELECT x."A", x."B"
--   FROM (SELECT "A", "B" FROM "_LeadToTag" ORDER BY "A", "B" LIMIT 9) x
INSERT INTO "public"."_LeadToTag" ("A","B") VALUES ($1,$2) ON CONFLICT DO NOTHING;

-- name: lead-detach-tag
-- calls: 4
-- params: SELECT 'clle-none-' || g, 'cltg-none'
--   FROM generate_series(1, 4) g
DELETE FROM "public"."_LeadToTag" WHERE ("public"."_LeadToTag"."A" = ($1) AND "public"."_LeadToTag"."B" IN ($2));

-- name: tag-list
-- calls: 36
-- params: SELECT u."id", 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 36
SELECT "public"."Tag"."id", "public"."Tag"."userId", "public"."Tag"."name", "public"."Tag"."color", "public"."Tag"."createdAt" FROM "public"."Tag" WHERE "public"."Tag"."userId" = $1 ORDER BY "public"."Tag"."name" ASC OFFSET $2;

-- name: tag-by-name
-- calls: 14
-- params: SELECT x."userId", x."name", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Tag" WHERE "id" < 'cz' ORDER BY "id" LIMIT 14 OFFSET 20) x
SELECT "public"."Tag"."id", "public"."Tag"."userId", "public"."Tag"."name", "public"."Tag"."color", "public"."Tag"."createdAt" FROM "public"."Tag" WHERE ("public"."Tag"."userId" = $1 AND "public"."Tag"."name" = $2 AND 1=1) LIMIT $3 OFFSET $4;

-- name: activity-list-of-lead
-- calls: 16
-- params: SELECT x."leadId", 20::bigint, 0::bigint
--   FROM (SELECT * FROM "Activity" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 30) x
SELECT "public"."Activity"."id", "public"."Activity"."leadId", "public"."Activity"."kind", "public"."Activity"."summary", "public"."Activity"."payload", "public"."Activity"."createdAt" FROM "public"."Activity" WHERE "public"."Activity"."leadId" = $1 ORDER BY "public"."Activity"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: activity-create
-- calls: 22
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", 'email'::text, 'Example summary'::text, '{}'::jsonb, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 22 OFFSET 30) x
INSERT INTO "public"."Activity" ("id","leadId","kind","summary","payload","createdAt") VALUES ($1,$2,$3,$4,$5,$6) RETURNING "public"."Activity"."id", "public"."Activity"."leadId", "public"."Activity"."kind", "public"."Activity"."summary", "public"."Activity"."payload", "public"."Activity"."createdAt";

-- name: note-list-of-lead
-- calls: 16
-- params: SELECT x."leadId", 0::bigint
--   FROM (SELECT * FROM "Note" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 30) x
SELECT "public"."Note"."id", "public"."Note"."leadId", "public"."Note"."body", "public"."Note"."pinned", "public"."Note"."createdAt", "public"."Note"."updatedAt" FROM "public"."Note" WHERE "public"."Note"."leadId" = $1 ORDER BY "public"."Note"."pinned" DESC, "public"."Note"."createdAt" DESC OFFSET $2;

-- name: note-create
-- calls: 11
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", 'Example note'::text, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 11 OFFSET 70) x
INSERT INTO "public"."Note" ("id","leadId","body","createdAt","updatedAt") VALUES ($1,$2,$3,$4,$5) RETURNING "public"."Note"."id", "public"."Note"."leadId", "public"."Note"."body", "public"."Note"."pinned", "public"."Note"."createdAt", "public"."Note"."updatedAt";

-- name: note-delete
-- calls: 5
-- params: SELECT x."id"
--   FROM (SELECT "id" FROM "Note" WHERE "id" >= 'cz' ORDER BY "id" LIMIT 5) x
DELETE FROM "public"."Note" WHERE ("public"."Note"."id" = $1 AND 1=1) RETURNING "public"."Note"."id", "public"."Note"."leadId", "public"."Note"."body", "public"."Note"."pinned", "public"."Note"."createdAt", "public"."Note"."updatedAt";

-- name: task-list-due
-- calls: 10
-- wants: public."Task" (userId, dueAt)
-- params: SELECT u."id", timestamp(3) '2024-04-01', 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 10
SELECT "public"."Task"."id", "public"."Task"."userId", "public"."Task"."leadId", "public"."Task"."title", "public"."Task"."dueAt", "public"."Task"."completedAt", "public"."Task"."priority", "public"."Task"."createdAt", "public"."Task"."updatedAt" FROM "public"."Task" WHERE ("public"."Task"."userId" = $1 AND "public"."Task"."dueAt" < $2) ORDER BY "public"."Task"."dueAt" ASC LIMIT $3 OFFSET $4;

-- name: task-count-today
-- calls: 8
-- wants: public."Task" (userId, dueAt)
-- params: SELECT u."id", timestamp(3) '2025-12-10', timestamp(3) '2025-12-12', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT COUNT(*) FROM (SELECT "public"."Task"."id" FROM "public"."Task" WHERE ("public"."Task"."userId" = $1 AND "public"."Task"."dueAt" >= $2 AND "public"."Task"."dueAt" < $3) OFFSET $4) AS "sub";

-- name: task-next
-- calls: 8
-- wants: public."Task" (userId, dueAt)
-- params: SELECT u."id", timestamp(3) '2025-12-20', 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT "public"."Task"."id", "public"."Task"."title", "public"."Task"."dueAt", "public"."Task"."priority" FROM "public"."Task" WHERE ("public"."Task"."userId" = $1 AND "public"."Task"."dueAt" >= $2) ORDER BY "public"."Task"."dueAt" ASC LIMIT $3 OFFSET $4;

-- name: task-list-of-lead
-- calls: 15
-- params: SELECT x."leadId", 0::bigint
--   FROM (SELECT "leadId" FROM "Task" WHERE "id" < 'cz' AND "leadId" IS NOT NULL ORDER BY "id" LIMIT 15) x
SELECT "public"."Task"."id", "public"."Task"."userId", "public"."Task"."leadId", "public"."Task"."title", "public"."Task"."dueAt", "public"."Task"."completedAt", "public"."Task"."priority", "public"."Task"."createdAt", "public"."Task"."updatedAt" FROM "public"."Task" WHERE "public"."Task"."leadId" = $1 OFFSET $2;

-- name: task-update
-- calls: 13
-- params: SELECT timestamp(3) '2025-12-31', timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Task" WHERE "id" < 'cz' ORDER BY "id" LIMIT 13 OFFSET 3) x
UPDATE "public"."Task" SET "completedAt" = $1, "updatedAt" = $2 WHERE ("public"."Task"."id" = $3 AND 1=1) RETURNING "public"."Task"."id";

-- name: deal-list-by-stage
-- calls: 10
-- wants: public."Deal" (userId, stage)
-- params: SELECT u."id", 'PROPOSAL'::text, 25::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 10
SELECT "public"."Deal"."id", "public"."Deal"."userId", "public"."Deal"."leadId", "public"."Deal"."title", "public"."Deal"."stage"::text, "public"."Deal"."amount", "public"."Deal"."currency", "public"."Deal"."expectedCloseAt", "public"."Deal"."closedAt", "public"."Deal"."createdAt", "public"."Deal"."updatedAt" FROM "public"."Deal" WHERE ("public"."Deal"."userId" = $1 AND "public"."Deal"."stage" = CAST($2::text AS "public"."DealStage")) ORDER BY "public"."Deal"."amount" DESC LIMIT $3 OFFSET $4;

-- name: deal-count-by-stage
-- calls: 8
-- wants: public."Deal" (userId, stage)
-- params: SELECT u."id", 'NEGOTIATION'::text, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT COUNT(*) FROM (SELECT "public"."Deal"."id" FROM "public"."Deal" WHERE ("public"."Deal"."userId" = $1 AND "public"."Deal"."stage" = CAST($2::text AS "public"."DealStage")) OFFSET $3) AS "sub";

-- name: deal-pipeline
-- calls: 7
-- wants: public."Deal" (userId, stage)
-- params: SELECT u."id"
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 7
SELECT "stage"::text AS stage, COUNT(*)::int AS deals, SUM("amount")::bigint AS amount FROM "Deal" WHERE "userId" = $1 GROUP BY "stage";

-- name: deal-list-of-lead
-- calls: 14
-- params: SELECT x."leadId", 0::bigint
--   FROM (SELECT "leadId" FROM "Deal" WHERE "id" < 'cz' AND "leadId" IS NOT NULL ORDER BY "id" LIMIT 14) x
SELECT "public"."Deal"."id", "public"."Deal"."userId", "public"."Deal"."leadId", "public"."Deal"."title", "public"."Deal"."stage"::text, "public"."Deal"."amount", "public"."Deal"."currency", "public"."Deal"."expectedCloseAt", "public"."Deal"."closedAt", "public"."Deal"."createdAt", "public"."Deal"."updatedAt" FROM "public"."Deal" WHERE "public"."Deal"."leadId" = $1 OFFSET $2;

-- name: deal-by-id
-- calls: 16
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Deal" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 15) x
SELECT "public"."Deal"."id", "public"."Deal"."userId", "public"."Deal"."leadId", "public"."Deal"."title", "public"."Deal"."stage"::text, "public"."Deal"."amount", "public"."Deal"."currency", "public"."Deal"."expectedCloseAt", "public"."Deal"."closedAt", "public"."Deal"."createdAt", "public"."Deal"."updatedAt" FROM "public"."Deal" WHERE ("public"."Deal"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: deal-create
-- calls: 8
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", x."id", 'Example deal'::text, 'OPEN'::text, 1500, timestamp(3) '2026-03-01', timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 90) x
INSERT INTO "public"."Deal" ("id","userId","leadId","title","stage","amount","expectedCloseAt","createdAt","updatedAt") VALUES ($1,$2,$3,$4,CAST($5::text AS "public"."DealStage"),$6,$7,$8,$9) RETURNING "public"."Deal"."id", "public"."Deal"."userId", "public"."Deal"."leadId", "public"."Deal"."title", "public"."Deal"."stage"::text, "public"."Deal"."amount", "public"."Deal"."currency", "public"."Deal"."expectedCloseAt", "public"."Deal"."closedAt", "public"."Deal"."createdAt", "public"."Deal"."updatedAt";

-- name: deal-update
-- calls: 12
-- params: SELECT x."stage"::text, x."amount", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Deal" WHERE "id" < 'cz' ORDER BY "id" LIMIT 12 OFFSET 3) x
UPDATE "public"."Deal" SET "stage" = CAST($1::text AS "public"."DealStage"), "amount" = $2, "updatedAt" = $3 WHERE ("public"."Deal"."id" = $4 AND 1=1) RETURNING "public"."Deal"."id";

-- name: company-list
-- calls: 16
-- params: SELECT u."id", 15::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 16
SELECT "public"."Company"."id", "public"."Company"."userId", "public"."Company"."name", "public"."Company"."domain", "public"."Company"."industry", "public"."Company"."employeeCount", "public"."Company"."countryCode", "public"."Company"."enrichment", "public"."Company"."createdAt", "public"."Company"."updatedAt" FROM "public"."Company" WHERE "public"."Company"."userId" = $1 ORDER BY "public"."Company"."name" ASC LIMIT $2 OFFSET $3;

-- name: company-search
-- calls: 12
-- params: SELECT u."id", 'Company a', 'Company b'
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 12
SELECT "id", "name", "domain" FROM "Company" WHERE "userId" = $1 AND "name" >= $2 AND "name" < $3 ORDER BY "name" LIMIT 10;

-- name: company-create
-- calls: 9
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), u."id", 'Company ' || gen_random_uuid(), 'new.example.com'::text, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 9
INSERT INTO "public"."Company" ("id","userId","name","domain","createdAt","updatedAt") VALUES ($1,$2,$3,$4,$5,$6) RETURNING "public"."Company"."id", "public"."Company"."userId", "public"."Company"."name", "public"."Company"."domain", "public"."Company"."industry", "public"."Company"."employeeCount", "public"."Company"."countryCode", "public"."Company"."enrichment", "public"."Company"."createdAt", "public"."Company"."updatedAt";

-- name: contact-list
-- calls: 16
-- params: SELECT u."id", 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 16
SELECT "public"."Contact"."id", "public"."Contact"."userId", "public"."Contact"."companyId", "public"."Contact"."firstName", "public"."Contact"."lastName", "public"."Contact"."email", "public"."Contact"."phone", "public"."Contact"."position", "public"."Contact"."createdAt", "public"."Contact"."updatedAt" FROM "public"."Contact" WHERE "public"."Contact"."userId" = $1 ORDER BY "public"."Contact"."lastName" ASC LIMIT $2 OFFSET $3;

-- name: contact-list-of-company
-- calls: 13
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Company" WHERE "id" < 'cz' ORDER BY "id" LIMIT 13 OFFSET 44) x
SELECT "public"."Contact"."id", "public"."Contact"."userId", "public"."Contact"."companyId", "public"."Contact"."firstName", "public"."Contact"."lastName", "public"."Contact"."email", "public"."Contact"."phone", "public"."Contact"."position", "public"."Contact"."createdAt", "public"."Contact"."updatedAt" FROM "public"."Contact" WHERE "public"."Contact"."companyId" = $1 OFFSET $2;
