-- The team inbox, and notifications.

-- name: thread-list
-- calls: 8
-- wants: public."InboxThread" (userId, lastMessageAt)
-- params: SELECT u."id", 10::bigint, 0::bigint
--   FROM (SELECT "id" FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 0) u
SELECT "public"."InboxThread"."id", "public"."InboxThread"."userId", "public"."InboxThread"."subject", "public"."InboxThread"."participantEmail", "public"."InboxThread"."unreadCount", "public"."InboxThread"."archived", "public"."InboxThread"."lastMessageAt", "public"."InboxThread"."createdAt" FROM "public"."InboxThread" WHERE "public"."InboxThread"."userId" = $1 ORDER BY "public"."InboxThread"."lastMessageAt" DESC LIMIT $2 OFFSET $3;

-- name: messages-of-thread
-- calls: 80
-- wants: public."InboxMessage" (threadId, createdAt)
-- n-plus-one: thread-list
-- params: SELECT x."id", 0::bigint
--   FROM (SELECT * FROM "InboxThread" WHERE "id" < 'cz' ORDER BY "id" LIMIT 80 OFFSET 300) x
SELECT "public"."InboxMessage"."id", "public"."InboxMessage"."threadId", "public"."InboxMessage"."direction"::text, "public"."InboxMessage"."fromEmail", "public"."InboxMessage"."toEmail", "public"."InboxMessage"."body", "public"."InboxMessage"."readAt", "public"."InboxMessage"."createdAt" FROM "public"."InboxMessage" WHERE "public"."InboxMessage"."threadId" = $1 ORDER BY "public"."InboxMessage"."createdAt" ASC OFFSET $2;

-- name: thread-count-since
-- calls: 13
-- wants: public."InboxThread" (userId, lastMessageAt)
-- params: SELECT u."id", timestamp(3) '2025-12-20', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 13
SELECT COUNT(*) FROM (SELECT "public"."InboxThread"."id" FROM "public"."InboxThread" WHERE ("public"."InboxThread"."userId" = $1 AND "public"."InboxThread"."lastMessageAt" >= $2) OFFSET $3) AS "sub";

-- name: thread-list-before
-- calls: 13
-- wants: public."InboxThread" (userId, lastMessageAt)
-- params: SELECT u."id", timestamp(3) '2025-06-01', 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 13
SELECT "public"."InboxThread"."id", "public"."InboxThread"."subject", "public"."InboxThread"."participantEmail", "public"."InboxThread"."unreadCount", "public"."InboxThread"."lastMessageAt" FROM "public"."InboxThread" WHERE ("public"."InboxThread"."userId" = $1 AND "public"."InboxThread"."lastMessageAt" < $2) ORDER BY "public"."InboxThread"."lastMessageAt" DESC LIMIT $3 OFFSET $4;

-- name: message-latest-of-thread
-- calls: 9
-- wants: public."InboxMessage" (threadId, createdAt)
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "InboxThread" WHERE "id" < 'cz' ORDER BY "id" LIMIT 9 OFFSET 400) x
SELECT "public"."InboxMessage"."id", "public"."InboxMessage"."direction"::text, "public"."InboxMessage"."fromEmail", "public"."InboxMessage"."createdAt" FROM "public"."InboxMessage" WHERE "public"."InboxMessage"."threadId" = $1 ORDER BY "public"."InboxMessage"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: message-list-since
-- calls: 7
-- wants: public."InboxMessage" (threadId, createdAt)
-- params: SELECT x."id", timestamp(3) '2025-11-01', 0::bigint
--   FROM (SELECT * FROM "InboxThread" WHERE "id" < 'cz' ORDER BY "id" LIMIT 7 OFFSET 450) x
SELECT "public"."InboxMessage"."id", "public"."InboxMessage"."threadId", "public"."InboxMessage"."direction"::text, "public"."InboxMessage"."fromEmail", "public"."InboxMessage"."toEmail", "public"."InboxMessage"."body", "public"."InboxMessage"."readAt", "public"."InboxMessage"."createdAt" FROM "public"."InboxMessage" WHERE ("public"."InboxMessage"."threadId" = $1 AND "public"."InboxMessage"."createdAt" >= $2) ORDER BY "public"."InboxMessage"."createdAt" ASC OFFSET $3;

-- name: inbox-thread-by-id
-- calls: 20
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "InboxThread" WHERE "id" < 'cz' ORDER BY "id" LIMIT 20 OFFSET 5) x
SELECT "public"."InboxThread"."id", "public"."InboxThread"."userId", "public"."InboxThread"."subject", "public"."InboxThread"."participantEmail", "public"."InboxThread"."unreadCount", "public"."InboxThread"."archived", "public"."InboxThread"."lastMessageAt", "public"."InboxThread"."createdAt" FROM "public"."InboxThread" WHERE ("public"."InboxThread"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: inbox-thread-update
-- calls: 17
-- params: SELECT x."unreadCount", x."archived", x."id"
--   FROM (SELECT * FROM "InboxThread" WHERE "id" < 'cz' ORDER BY "id" LIMIT 17 OFFSET 3) x
UPDATE "public"."InboxThread" SET "unreadCount" = $1, "archived" = $2 WHERE ("public"."InboxThread"."id" = $3 AND 1=1) RETURNING "public"."InboxThread"."id";

-- name: inbox-message-create
-- calls: 16
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", 'INBOUND'::text, 'someone@example.com'::text, 'sender@example.com'::text, 'Example text'::text, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "InboxThread" WHERE "id" < 'cz' ORDER BY "id" LIMIT 16 OFFSET 5) x
INSERT INTO "public"."InboxMessage" ("id","threadId","direction","fromEmail","toEmail","body","createdAt") VALUES ($1,$2,CAST($3::text AS "public"."MessageDirection"),$4,$5,$6,$7) RETURNING "public"."InboxMessage"."id", "public"."InboxMessage"."threadId", "public"."InboxMessage"."direction"::text, "public"."InboxMessage"."fromEmail", "public"."InboxMessage"."toEmail", "public"."InboxMessage"."body", "public"."InboxMessage"."readAt", "public"."InboxMessage"."createdAt";

-- name: notification-count-unread
-- calls: 15
-- wants: public."Notification" (userId, readAt)
-- params: SELECT u."id", 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 15
SELECT COUNT(*) FROM (SELECT "public"."Notification"."id" FROM "public"."Notification" WHERE ("public"."Notification"."userId" = $1 AND "public"."Notification"."readAt" IS NULL) OFFSET $2) AS "sub";

-- name: notification-list-unread
-- calls: 9
-- wants: public."Notification" (userId, readAt)
-- params: SELECT u."id", 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 9
SELECT "public"."Notification"."id", "public"."Notification"."userId", "public"."Notification"."kind", "public"."Notification"."title", "public"."Notification"."body", "public"."Notification"."readAt", "public"."Notification"."createdAt" FROM "public"."Notification" WHERE ("public"."Notification"."userId" = $1 AND "public"."Notification"."readAt" IS NULL) LIMIT $2 OFFSET $3;

-- name: notification-create
-- calls: 14
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), u."id", 'lead'::text, 'Example notice'::text, timestamp(3) '2026-01-01'
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 14
INSERT INTO "public"."Notification" ("id","userId","kind","title","createdAt") VALUES ($1,$2,$3,$4,$5) RETURNING "public"."Notification"."id", "public"."Notification"."userId", "public"."Notification"."kind", "public"."Notification"."title", "public"."Notification"."body", "public"."Notification"."readAt", "public"."Notification"."createdAt";
