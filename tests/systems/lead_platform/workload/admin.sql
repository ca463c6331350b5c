-- Audit log, webhooks, and the lists of the back office: several of these have no cap.

-- name: audit-log-list
-- calls: 10
-- wants: public."AuditLog" (userId, createdAt)
-- params: SELECT u."id", 50::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 10
SELECT "public"."AuditLog"."id", "public"."AuditLog"."userId", "public"."AuditLog"."action", "public"."AuditLog"."entity", "public"."AuditLog"."entityId", "public"."AuditLog"."changes", "public"."AuditLog"."ipAddress", "public"."AuditLog"."createdAt" FROM "public"."AuditLog" WHERE "public"."AuditLog"."userId" = $1 ORDER BY "public"."AuditLog"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: audit-log-range
-- calls: 8
-- wants: public."AuditLog" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-11-01', timestamp(3) '2025-11-15', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 8
SELECT "public"."AuditLog"."id", "public"."AuditLog"."userId", "public"."AuditLog"."action", "public"."AuditLog"."entity", "public"."AuditLog"."entityId", "public"."AuditLog"."changes", "public"."AuditLog"."ipAddress", "public"."AuditLog"."createdAt" FROM "public"."AuditLog" WHERE ("public"."AuditLog"."userId" = $1 AND "public"."AuditLog"."createdAt" >= $2 AND "public"."AuditLog"."createdAt" < $3) ORDER BY "public"."AuditLog"."createdAt" DESC OFFSET $4;

-- name: audit-log-latest
-- calls: 5
-- wants: public."AuditLog" (userId, createdAt)
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 5
SELECT "public"."AuditLog"."id", "public"."AuditLog"."action", "public"."AuditLog"."createdAt" FROM "public"."AuditLog" WHERE "public"."AuditLog"."userId" = $1 ORDER BY "public"."AuditLog"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: audit-log-create
-- calls: 15
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), u."id", 'update'::text, 'Lead'::text, '{}'::jsonb, timestamp(3) '2026-01-01'
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 15
INSERT INTO "public"."AuditLog" ("id","userId","action","entity","changes","createdAt") VALUES ($1,$2,$3,$4,$5,$6) RETURNING "public"."AuditLog"."id", "public"."AuditLog"."userId", "public"."AuditLog"."action", "public"."AuditLog"."entity", "public"."AuditLog"."entityId", "public"."AuditLog"."changes", "public"."AuditLog"."ipAddress", "public"."AuditLog"."createdAt";

-- name: webhook-list
-- calls: 14
-- params: SELECT u."id", 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 14
SELECT "public"."Webhook"."id", "public"."Webhook"."userId", "public"."Webhook"."url", "public"."Webhook"."secret", "public"."Webhook"."events", "public"."Webhook"."isActive", "public"."Webhook"."createdAt", "public"."Webhook"."updatedAt" FROM "public"."Webhook" WHERE "public"."Webhook"."userId" = $1 OFFSET $2;

-- name: webhook-delivery-poll
-- calls: 12
-- wants: public."WebhookDelivery" (status, nextAttemptAt)
-- params: SELECT 'PENDING'::text, timestamp(3) '2024-09-01', 20::bigint, 0::bigint
SELECT "public"."WebhookDelivery"."id", "public"."WebhookDelivery"."webhookId", "public"."WebhookDelivery"."event", "public"."WebhookDelivery"."payload", "public"."WebhookDelivery"."status"::text, "public"."WebhookDelivery"."attempts", "public"."WebhookDelivery"."responseCode", "public"."WebhookDelivery"."nextAttemptAt", "public"."WebhookDelivery"."createdAt" FROM "public"."WebhookDelivery" WHERE ("public"."WebhookDelivery"."status" = CAST($1::text AS "public"."DeliveryStatus") AND "public"."WebhookDelivery"."nextAttemptAt" <= $2) ORDER BY "public"."WebhookDelivery"."nextAttemptAt" ASC LIMIT $3 OFFSET $4;

-- name: webhook-delivery-count-due
-- calls: 8
-- wants: public."WebhookDelivery" (status, nextAttemptAt)
-- params: SELECT 'PENDING'::text, timestamp(3) '2024-06-01', 0::bigint
SELECT COUNT(*) FROM (SELECT "public"."WebhookDelivery"."id" FROM "public"."WebhookDelivery" WHERE ("public"."WebhookDelivery"."status" = CAST($1::text AS "public"."DeliveryStatus") AND "public"."WebhookDelivery"."nextAttemptAt" <= $2) OFFSET $3) AS "sub";

-- name: webhook-delivery-retry-window
-- calls: 8
-- wants: public."WebhookDelivery" (status, nextAttemptAt)
-- params: SELECT 'FAILED'::text, timestamp(3) '2025-12-30', timestamp(3) '2025-12-31', 20::bigint, 0::bigint
SELECT "public"."WebhookDelivery"."id", "public"."WebhookDelivery"."webhookId", "public"."WebhookDelivery"."event", "public"."WebhookDelivery"."attempts", "public"."WebhookDelivery"."nextAttemptAt" FROM "public"."WebhookDelivery" WHERE ("public"."WebhookDelivery"."status" = CAST($1::text AS "public"."DeliveryStatus") AND "public"."WebhookDelivery"."nextAttemptAt" >= $2 AND "public"."WebhookDelivery"."nextAttemptAt" < $3) ORDER BY "public"."WebhookDelivery"."nextAttemptAt" ASC LIMIT $4 OFFSET $5;

-- name: webhook-delivery-list
-- calls: 16
-- params: SELECT x."id", 20::bigint, 0::bigint
--   FROM (SELECT * FROM "Webhook" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 90) x
SELECT "public"."WebhookDelivery"."id", "public"."WebhookDelivery"."event", "public"."WebhookDelivery"."status"::text, "public"."WebhookDelivery"."responseCode", "public"."WebhookDelivery"."createdAt" FROM "public"."WebhookDelivery" WHERE "public"."WebhookDelivery"."webhookId" = $1 ORDER BY "public"."WebhookDelivery"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: webhook-delivery-create
-- calls: 13
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", 'lead.created'::text, '{}'::jsonb, 'DELIVERED'::text, 1, 200, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Webhook" WHERE "id" < 'cz' ORDER BY "id" LIMIT 13 OFFSET 9) x
INSERT INTO "public"."WebhookDelivery" ("id","webhookId","event","payload","status","attempts","responseCode","createdAt") VALUES ($1,$2,$3,$4,CAST($5::text AS "public"."DeliveryStatus"),$6,$7,$8) RETURNING "public"."WebhookDelivery"."id", "public"."WebhookDelivery"."webhookId", "public"."WebhookDelivery"."event", "public"."WebhookDelivery"."payload", "public"."WebhookDelivery"."status"::text, "public"."WebhookDelivery"."attempts", "public"."WebhookDelivery"."responseCode", "public"."WebhookDelivery"."nextAttemptAt", "public"."WebhookDelivery"."createdAt";

-- name: upload-history
-- calls: 2
-- unbounded: limit
-- params: SELECT u."id", 99999::bigint, 0::bigint
--   FROM (SELECT "id" FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 1 OFFSET 0) u
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."fileName", "public"."VideoUpload"."sizeBytes", "public"."VideoUpload"."status"::text, "public"."VideoUpload"."createdAt" FROM "public"."VideoUpload" WHERE "public"."VideoUpload"."userId" = $1 ORDER BY "public"."VideoUpload"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: contact-directory
-- calls: 4
-- unbounded: limit
-- params: SELECT (CASE WHEN g = 4 THEN 50 ELSE 99999 END)::bigint, 0::bigint
--   FROM generate_series(1, 4) g
SELECT "public"."Contact"."id", "public"."Contact"."userId", "public"."Contact"."firstName", "public"."Contact"."lastName", "public"."Contact"."email" FROM "public"."Contact" WHERE 1=1 ORDER BY "public"."Contact"."id" ASC LIMIT $1 OFFSET $2;

-- name: company-directory
-- calls: 4
-- unbounded: limit
-- params: SELECT (CASE WHEN g = 4 THEN 100 ELSE 99999 END)::bigint, 0::bigint
--   FROM generate_series(1, 4) g
SELECT "public"."Company"."id", "public"."Company"."userId", "public"."Company"."name", "public"."Company"."domain" FROM "public"."Company" WHERE 1=1 ORDER BY "public"."Company"."id" ASC LIMIT $1 OFFSET $2;

-- name: earning-ledger
-- calls: 3
-- unbounded: limit
-- params: SELECT 99999::bigint, 0::bigint
--   FROM generate_series(1, 3) g
SELECT "public"."CreatorEarning"."id", "public"."CreatorEarning"."creatorId", "public"."CreatorEarning"."amount", "public"."CreatorEarning"."period" FROM "public"."CreatorEarning" WHERE 1=1 ORDER BY "public"."CreatorEarning"."id" ASC LIMIT $1 OFFSET $2;

-- name: comment-moderation
-- calls: 3
-- unbounded: limit
-- params: SELECT 99999::bigint, 0::bigint
--   FROM generate_series(1, 3) g
SELECT "public"."VideoComment"."id", "public"."VideoComment"."videoId", "public"."VideoComment"."authorName", "public"."VideoComment"."body", "public"."VideoComment"."approved" FROM "public"."VideoComment" WHERE 1=1 ORDER BY "public"."VideoComment"."id" ASC LIMIT $1 OFFSET $2;

-- name: view-export
-- calls: 3
-- unbounded: none
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 1 OFFSET 7) x
SELECT "public"."VideoView"."id", "public"."VideoView"."sessionId", "public"."VideoView"."watchedSeconds", "public"."VideoView"."createdAt" FROM "public"."VideoView" WHERE "public"."VideoView"."videoId" = $1 OFFSET $2;

-- name: session-export
-- calls: 3
-- unbounded: none
-- params: SELECT 0::bigint
SELECT "public"."Session"."id", "public"."Session"."userId", "public"."Session"."expiresAt" FROM "public"."Session" WHERE 1=1 OFFSET $1;

-- name: unsubscribe-export
-- calls: 3
-- unbounded: none
-- params: SELECT 0::bigint
SELECT "public"."Unsubscribe"."id", "public"."Unsubscribe"."userId", "public"."Unsubscribe"."email" FROM "public"."Unsubscribe" WHERE 1=1 OFFSET $1;

-- name: invoice-export
-- calls: 3
-- unbounded: none
-- params: SELECT 0::bigint
SELECT "public"."Invoice"."id", "public"."Invoice"."number", "public"."Invoice"."amountDue", "public"."Invoice"."amountPaid" FROM "public"."Invoice" WHERE 1=1 OFFSET $1;

-- name: user-list
-- calls: 12
-- params: SELECT 50::bigint, 0::bigint
SELECT "public"."User"."id", "public"."User"."email", "public"."User"."name", "public"."User"."role"::text, "public"."User"."createdAt" FROM "public"."User" WHERE 1=1 ORDER BY "public"."User"."id" ASC LIMIT $1 OFFSET $2;

-- name: user-count
-- calls: 13
-- params: SELECT 0::bigint
SELECT COUNT(*) FROM (SELECT "public"."User"."id" FROM "public"."User" WHERE 1=1 OFFSET $1) AS "sub";

-- name: health-check
-- calls: 60
SELECT 1;
