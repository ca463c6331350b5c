-- E-mail events: the table that grows fastest.

-- name: event-list-window
-- calls: 6
-- wants: public."EmailEvent" (timestamp)
-- params: SELECT timestamp(3) '2025-11-03' + g * interval '1 day', timestamp(3) '2025-11-07' + g * interval '1 day', 50::bigint, 0::bigint
--   FROM generate_series(1, 6) g
SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress", "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."timestamp" >= $1 AND "public"."EmailEvent"."timestamp" < $2) ORDER BY "public"."EmailEvent"."timestamp" DESC LIMIT $3 OFFSET $4;

-- name: campaign-of-event
-- calls: 300
-- n-plus-one: event-list-window
-- params: SELECT x."campaignId", 1::bigint, 0::bigint
--   FROM (SELECT "campaignId" FROM "EmailEvent" WHERE "id" < 'cz' ORDER BY "id" LIMIT 300) x
SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name", "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName", "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt", "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE ("public"."Campaign"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: event-count-window
-- calls: 8
-- wants: public."EmailEvent" (timestamp)
-- params: SELECT timestamp(3) '2025-12-03' + g * interval '1 day', timestamp(3) '2025-12-03 01:00' + g * interval '1 day', 0::bigint
--   FROM generate_series(1, 8) g
SELECT COUNT(*) FROM (SELECT "public"."EmailEvent"."id" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."timestamp" >= $1 AND "public"."EmailEvent"."timestamp" < $2) OFFSET $3) AS "sub";

-- name: event-timeline
-- calls: 8
-- wants: public."EmailEvent" (timestamp)
-- params: SELECT 'hour', timestamp(3) '2025-12-15 08:00', timestamp(3) '2025-12-15 11:00'
SELECT date_trunc($1, "timestamp") AS bucket, "type"::text AS type, COUNT(*)::int AS total FROM "EmailEvent" WHERE "timestamp" >= $2 AND "timestamp" < $3 GROUP BY 1, 2 ORDER BY 1;

-- name: event-bounces-since
-- calls: 8
-- wants: public."EmailEvent" (timestamp)
-- params: SELECT 'BOUNCED'::text, timestamp(3) '2025-12-30 12:00', 50::bigint, 0::bigint
SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress", "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."type" = CAST($1::text AS "public"."EmailEventType") AND "public"."EmailEvent"."timestamp" >= $2) ORDER BY "public"."EmailEvent"."timestamp" DESC LIMIT $3 OFFSET $4;

-- name: event-latest
-- calls: 8
-- wants: public."EmailEvent" (timestamp)
-- params: SELECT 1::bigint, 0::bigint
SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE 1=1 ORDER BY "public"."EmailEvent"."timestamp" DESC LIMIT $1 OFFSET $2;

-- name: event-expired-batch
-- calls: 8
-- wants: public."EmailEvent" (timestamp)
-- params: SELECT timestamp(3) '2024-02-01', 100::bigint, 0::bigint
SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE "public"."EmailEvent"."timestamp" < $1 ORDER BY "public"."EmailEvent"."timestamp" ASC LIMIT $2 OFFSET $3;

-- name: event-count-by-type
-- calls: 9
-- wants: public."EmailEvent" (campaignId, type)
-- params: SELECT x."id", 'OPENED'::text, 0::bigint
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 9 OFFSET 900) x
SELECT COUNT(*) FROM (SELECT "public"."EmailEvent"."id" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."campaignId" = $1 AND "public"."EmailEvent"."type" = CAST($2::text AS "public"."EmailEventType")) OFFSET $3) AS "sub";

-- name: event-clicks-of-campaign
-- calls: 8
-- wants: public."EmailEvent" (campaignId, type)
-- params: SELECT x."id", 'CLICKED'::text, 20::bigint, 0::bigint
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 910) x
SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress", "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."campaignId" = $1 AND "public"."EmailEvent"."type" = CAST($2::text AS "public"."EmailEventType")) ORDER BY "public"."EmailEvent"."timestamp" DESC LIMIT $3 OFFSET $4;

-- name: event-campaign-report
-- calls: 9
-- wants: public."EmailEvent" (campaignId, type)
-- params: SELECT x."id"
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 9 OFFSET 920) x
SELECT "type"::text AS type, COUNT(*)::int AS total, COUNT(DISTINCT "leadId")::int AS leads FROM "EmailEvent" WHERE "campaignId" = $1 GROUP BY "type";

-- name: event-count-negative
-- calls: 8
-- wants: public."EmailEvent" (campaignId, type)
-- params: SELECT x."id", 'BOUNCED'::text, 'UNSUBSCRIBED'::text, 0::bigint
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 930) x
SELECT COUNT(*) FROM (SELECT "public"."EmailEvent"."id" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."campaignId" = $1 AND "public"."EmailEvent"."type" IN (CAST($2::text AS "public"."EmailEventType"),CAST($3::text AS "public"."EmailEventType"))) OFFSET $4) AS "sub";

-- name: event-repliers
-- calls: 8
-- wants: public."EmailEvent" (campaignId, type)
-- params: SELECT x."id", 'REPLIED'::text
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 940) x
SELECT DISTINCT l."id", l."email" FROM "EmailEvent" e JOIN "Lead" l ON l."id" = e."leadId" WHERE e."campaignId" = $1 AND e."type" = $2::"EmailEventType";

-- name: event-campaigns-compared
-- calls: 5
-- wants: public."EmailEvent" (campaignId, type)
-- params: SELECT x."id", (SELECT min("id") FROM "Campaign" WHERE "id" > x."id"), (SELECT max("id") FROM "Campaign" WHERE "id" < x."id")
--   FROM (SELECT * FROM "Campaign" WHERE "id" < 'cz' ORDER BY "id" LIMIT 5 OFFSET 950) x
SELECT e."campaignId", COUNT(*) FILTER (WHERE e."type" = 'OPENED')::int AS opened, COUNT(*)::int AS total FROM "EmailEvent" e WHERE e."campaignId" IN ($1,$2,$3) AND e."type" IN ('SENT','OPENED') GROUP BY e."campaignId";

-- name: event-list-of-lead
-- calls: 4
-- params: SELECT x."id", 30::bigint, 0::bigint
--   FROM (SELECT * FROM "Lead" WHERE "id" < 'cz' ORDER BY "id" LIMIT 4 OFFSET 500) x
SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress", "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE "public"."EmailEvent"."leadId" = $1 LIMIT $2 OFFSET $3;

-- name: email-event-create
-- calls: 40
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."campaignId", x."leadId", 'OPENED'::text, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "EmailEvent" WHERE "id" < 'cz' ORDER BY "id" LIMIT 40 OFFSET 50) x
INSERT INTO "public"."EmailEvent" ("id","campaignId","leadId","type","timestamp") VALUES ($1,$2,$3,CAST($4::text AS "public"."EmailEventType"),$5) RETURNING "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress", "public"."EmailEvent"."timestamp";

-- name: email-event-create-many
-- calls: 12
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."campaignId", x."leadId", 'SENT'::text, timestamp(3) '2026-01-01', 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."campaignId", x."leadId", 'SENT'::text, timestamp(3) '2026-01-01', 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."campaignId", x."leadId", 'SENT'::text, timestamp(3) '2026-01-01', 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."campaignId", x."leadId", 'SENT'::text, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "EmailEvent" WHERE "id" < 'cz' ORDER BY "id" LIMIT 12 OFFSET 90) x
INSERT INTO "public"."EmailEvent" ("id","campaignId","leadId","type","timestamp") VALUES ($1,$2,$3,CAST($4::text AS "public"."EmailEventType"),$5), ($6,$7,$8,CAST($9::text AS "public"."EmailEventType"),$10), ($11,$12,$13,CAST($14::text AS "public"."EmailEventType"),$15), ($16,$17,$18,CAST($19::text AS "public"."EmailEventType"),$20);
