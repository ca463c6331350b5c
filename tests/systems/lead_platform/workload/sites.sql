-- Websites with pages and analytics, and the sites and chats of the AI builder.

-- name: website-list-by-status
-- calls: 10
-- wants: public."Website" (userId, status)
-- params: SELECT u."id", 'PUBLISHED'::text, 10::bigint, 0::bigint
--   FROM (SELECT "id" FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 10 OFFSET 3) u
SELECT "public"."Website"."id", "public"."Website"."userId", "public"."Website"."name", "public"."Website"."domain", "public"."Website"."status"::text, "public"."Website"."theme", "public"."Website"."seoTitle", "public"."Website"."publishedAt", "public"."Website"."createdAt", "public"."Website"."updatedAt" FROM "public"."Website" WHERE ("public"."Website"."userId" = $1 AND "public"."Website"."status" = CAST($2::text AS "public"."WebsiteStatus")) ORDER BY "public"."Website"."updatedAt" DESC LIMIT $3 OFFSET $4;

-- name: website-analytics-of-website
-- calls: 100
-- n-plus-one: website-list-by-status
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Website" WHERE "id" < 'cz' ORDER BY "id" LIMIT 100 OFFSET 60) x
SELECT "public"."WebsiteAnalytics"."id", "public"."WebsiteAnalytics"."websiteId", "public"."WebsiteAnalytics"."date", "public"."WebsiteAnalytics"."visitors", "public"."WebsiteAnalytics"."pageViews", "public"."WebsiteAnalytics"."formSubmits", "public"."WebsiteAnalytics"."bounceRate" FROM "public"."WebsiteAnalytics" WHERE "public"."WebsiteAnalytics"."websiteId" = $1 ORDER BY "public"."WebsiteAnalytics"."date" ASC OFFSET $2;

-- name: website-count-by-status
-- calls: 16
-- wants: public."Website" (userId, status)
-- params: SELECT u."id", 'ARCHIVED'::text, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 16
SELECT COUNT(*) FROM (SELECT "public"."Website"."id" FROM "public"."Website" WHERE ("public"."Website"."userId" = $1 AND "public"."Website"."status" = CAST($2::text AS "public"."WebsiteStatus")) OFFSET $3) AS "sub";

-- name: website-drafts
-- calls: 16
-- wants: public."Website" (userId, status)
-- params: SELECT u."id", 'DRAFT'::text, 5::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 16
SELECT "public"."Website"."id", "public"."Website"."name", "public"."Website"."domain", "public"."Website"."status"::text FROM "public"."Website" WHERE ("public"."Website"."userId" = $1 AND "public"."Website"."status" = CAST($2::text AS "public"."WebsiteStatus")) ORDER BY "public"."Website"."name" ASC LIMIT $3 OFFSET $4;

-- name: website-by-domain
-- calls: 35
-- params: SELECT x."domain", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Website" WHERE "id" < 'cz' ORDER BY "id" LIMIT 35 OFFSET 2) x
SELECT "public"."Website"."id", "public"."Website"."userId", "public"."Website"."name", "public"."Website"."domain", "public"."Website"."status"::text, "public"."Website"."theme", "public"."Website"."seoTitle", "public"."Website"."publishedAt", "public"."Website"."createdAt", "public"."Website"."updatedAt" FROM "public"."Website" WHERE ("public"."Website"."domain" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: website-by-id
-- calls: 16
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Website" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 14) x
SELECT "public"."Website"."id", "public"."Website"."userId", "public"."Website"."name", "public"."Website"."domain", "public"."Website"."status"::text, "public"."Website"."theme", "public"."Website"."seoTitle", "public"."Website"."publishedAt", "public"."Website"."createdAt", "public"."Website"."updatedAt" FROM "public"."Website" WHERE ("public"."Website"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: website-page-by-slug
-- calls: 37
-- params: SELECT x."websiteId", x."slug", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "WebsitePage" WHERE "id" < 'cz' ORDER BY "id" LIMIT 37 OFFSET 2) x
SELECT "public"."WebsitePage"."id", "public"."WebsitePage"."websiteId", "public"."WebsitePage"."slug", "public"."WebsitePage"."title", "public"."WebsitePage"."content", "public"."WebsitePage"."position", "public"."WebsitePage"."updatedAt" FROM "public"."WebsitePage" WHERE ("public"."WebsitePage"."websiteId" = $1 AND "public"."WebsitePage"."slug" = $2 AND 1=1) LIMIT $3 OFFSET $4;

-- name: website-page-list
-- calls: 12
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Website" WHERE "id" < 'cz' ORDER BY "id" LIMIT 12 OFFSET 30) x
SELECT "public"."WebsitePage"."id", "public"."WebsitePage"."slug", "public"."WebsitePage"."title", "public"."WebsitePage"."position" FROM "public"."WebsitePage" WHERE "public"."WebsitePage"."websiteId" = $1 ORDER BY "public"."WebsitePage"."slug" ASC OFFSET $2;

-- name: website-analytics-upsert
-- calls: 14
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."websiteId", x."date"
--   FROM (SELECT * FROM "WebsiteAnalytics" WHERE "id" < 'cz' ORDER BY "id" LIMIT 14 OFFSET 5) x
INSERT INTO "WebsiteAnalytics" ("id", "websiteId", "date", "visitors") VALUES ($1, $2, $3, 1) ON CONFLICT ("websiteId", "date") DO UPDATE SET "visitors" = "WebsiteAnalytics"."visitors" + 1;

-- name: ai-builder-site-list
-- calls: 30
-- params: SELECT u."id", 10::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 30
SELECT "public"."AiBuilderSite"."id", "public"."AiBuilderSite"."userId", "public"."AiBuilderSite"."prompt", "public"."AiBuilderSite"."title", "public"."AiBuilderSite"."draft", "public"."AiBuilderSite"."published", "public"."AiBuilderSite"."createdAt", "public"."AiBuilderSite"."updatedAt" FROM "public"."AiBuilderSite" WHERE "public"."AiBuilderSite"."userId" = $1 ORDER BY "public"."AiBuilderSite"."updatedAt" DESC LIMIT $2 OFFSET $3;

-- name: ai-builder-site-changed
-- calls: 11
-- params: SELECT u."id", timestamp(3) '2025-12-01', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 11
SELECT "public"."AiBuilderSite"."id", "public"."AiBuilderSite"."title", "public"."AiBuilderSite"."updatedAt" FROM "public"."AiBuilderSite" WHERE ("public"."AiBuilderSite"."userId" = $1 AND "public"."AiBuilderSite"."updatedAt" >= $2) ORDER BY "public"."AiBuilderSite"."updatedAt" DESC OFFSET $3;

-- name: ai-builder-site-by-id
-- calls: 19
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "AiBuilderSite" WHERE "id" < 'cz' ORDER BY "id" LIMIT 19 OFFSET 9) x
SELECT "public"."AiBuilderSite"."id", "public"."AiBuilderSite"."userId", "public"."AiBuilderSite"."prompt", "public"."AiBuilderSite"."title", "public"."AiBuilderSite"."draft", "public"."AiBuilderSite"."published", "public"."AiBuilderSite"."createdAt", "public"."AiBuilderSite"."updatedAt" FROM "public"."AiBuilderSite" WHERE ("public"."AiBuilderSite"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: ai-builder-site-update
-- calls: 12
-- params: SELECT x."draft", x."published", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "AiBuilderSite" WHERE "id" < 'cz' ORDER BY "id" LIMIT 12 OFFSET 3) x
UPDATE "public"."AiBuilderSite" SET "draft" = $1, "published" = $2, "updatedAt" = $3 WHERE ("public"."AiBuilderSite"."id" = $4 AND 1=1) RETURNING "public"."AiBuilderSite"."id";

-- name: ai-builder-version-latest
-- calls: 16
-- params: SELECT x."id"
--   FROM (SELECT * FROM "AiBuilderSite" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 9) x
SELECT "id", "version", "html" FROM "AiBuilderVersion" WHERE "siteId" = $1 ORDER BY "version" DESC LIMIT 1;

-- name: conversation-list
-- calls: 39
-- params: SELECT u."id", 15::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 39
SELECT "public"."Conversation"."id", "public"."Conversation"."userId", "public"."Conversation"."title", "public"."Conversation"."model", "public"."Conversation"."lastMessageAt", "public"."Conversation"."createdAt" FROM "public"."Conversation" WHERE "public"."Conversation"."userId" = $1 ORDER BY "public"."Conversation"."lastMessageAt" DESC LIMIT $2 OFFSET $3;

-- name: conversation-update
-- calls: 10
-- params: SELECT x."title", x."lastMessageAt", x."id"
--   FROM (SELECT * FROM "Conversation" WHERE "id" < 'cz' ORDER BY "id" LIMIT 10 OFFSET 3) x
UPDATE "public"."Conversation" SET "title" = $1, "lastMessageAt" = $2 WHERE ("public"."Conversation"."id" = $3 AND 1=1) RETURNING "public"."Conversation"."id";

-- name: conversation-message-list
-- calls: 25
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Conversation" WHERE "id" < 'cz' ORDER BY "id" LIMIT 25 OFFSET 30) x
SELECT "public"."ConversationMessage"."id", "public"."ConversationMessage"."conversationId", "public"."ConversationMessage"."role", "public"."ConversationMessage"."content", "public"."ConversationMessage"."tokens", "public"."ConversationMessage"."createdAt" FROM "public"."ConversationMessage" WHERE "public"."ConversationMessage"."conversationId" = $1 ORDER BY "public"."ConversationMessage"."createdAt" ASC OFFSET $2;

-- name: conversation-message-create
-- calls: 13
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", 'user'::text, 'Example message'::text, 12, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Conversation" WHERE "id" < 'cz' ORDER BY "id" LIMIT 13 OFFSET 30) x
INSERT INTO "public"."ConversationMessage" ("id","conversationId","role","content","tokens","createdAt") VALUES ($1,$2,$3,$4,$5,$6) RETURNING "public"."ConversationMessage"."id", "public"."ConversationMessage"."conversationId", "public"."ConversationMessage"."role", "public"."ConversationMessage"."content", "public"."ConversationMessage"."tokens", "public"."ConversationMessage"."createdAt";
