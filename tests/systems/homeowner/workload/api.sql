-- What the API sends, as TypeORM writes it. No statement says whose rows it wants.

-- name: campaign-list
-- calls: 30
-- role: homeowner_api
-- params: SELECT 50::bigint
SELECT "c"."id", "c"."name", "c"."status", "c"."createdAt" FROM "campaigns" "c" ORDER BY "c"."createdAt" DESC LIMIT $1;

-- name: campaign-by-id
-- calls: 30
-- role: homeowner_api
-- params: SELECT "id" FROM "campaigns" ORDER BY md5("id"::text) LIMIT 30
SELECT "c"."id", "c"."name", "c"."status" FROM "campaigns" "c" WHERE "c"."id" = $1 LIMIT 1;

-- name: block-list
-- calls: 20
-- role: homeowner_api
-- params: SELECT 20::bigint
SELECT "b"."id", "b"."name", "b"."status", "b"."recordCount" FROM "blocks" "b" ORDER BY "b"."createdAt" DESC LIMIT $1;

-- name: record-list-of-block
-- calls: 20
-- wants: public.block_records (blockId)
-- role: homeowner_api
-- params: SELECT "id" FROM "blocks" WHERE "recordCount" <= 500 ORDER BY md5("id"::text) LIMIT 20
SELECT "r"."id", "r"."status", "r"."propertyId", "r"."contactId" FROM "block_records" "r" WHERE "r"."blockId" = $1;

-- name: record-list-of-large-block
-- calls: 2
-- wants: public.block_records (blockId)
-- role: homeowner_api
-- params: SELECT "id" FROM "blocks" WHERE "recordCount" >= 2000 ORDER BY md5("id"::text) LIMIT 2
SELECT "r"."id", "r"."status", "r"."propertyId", "r"."contactId", "r"."createdAt" FROM "block_records" "r" WHERE "r"."blockId" = $1;

-- name: record-page-of-block
-- calls: 40
-- role: homeowner_api
-- params: SELECT "id", 50::bigint FROM "blocks" WHERE "recordCount" >= 50 ORDER BY md5("id"::text || 'p') LIMIT 40
SELECT "r"."id", "r"."status", "r"."propertyId" FROM "block_records" "r" WHERE "r"."blockId" = $1 ORDER BY "r"."createdAt" LIMIT $2;

-- name: property-of-record
-- calls: 2000
-- role: homeowner_api
-- params: SELECT "propertyId" FROM "block_records" ORDER BY md5("id"::text) LIMIT 2000
SELECT "p"."id", "p"."address", "p"."city", "p"."ownerName" FROM "properties" "p" WHERE "p"."id" = $1 LIMIT 1;

-- name: contact-of-phone
-- calls: 60
-- wants: public.contacts (phone)
-- role: homeowner_api
-- params: SELECT "phone" FROM "contacts" ORDER BY md5("id"::text) LIMIT 60
SELECT "c"."id", "c"."firstName", "c"."lastName" FROM "contacts" "c" WHERE "c"."phone" = $1;

-- name: message-list-of-contact
-- calls: 60
-- wants: public.messages (contactId)
-- role: homeowner_api
-- params: SELECT "id" FROM "contacts" ORDER BY md5("id"::text) LIMIT 60
SELECT "m"."id", "m"."channel", "m"."status", "m"."body" FROM "messages" "m" WHERE "m"."contactId" = $1 ORDER BY "m"."createdAt" DESC LIMIT 50;

-- name: event-list-of-message
-- calls: 60
-- wants: public.message_events (messageId)
-- role: homeowner_api
-- params: SELECT "id" FROM "messages" ORDER BY md5("id"::text) LIMIT 60
SELECT "e"."id", "e"."type", "e"."occurredAt" FROM "message_events" "e" WHERE "e"."messageId" = $1;

-- name: message-list-queued
-- calls: 10
-- role: homeowner_api
SELECT "m"."id", "m"."contactId", "m"."channel", "m"."body" FROM "messages" "m" WHERE "m"."status" = 'queued';

-- name: contact-export
-- calls: 2
-- role: homeowner_api
SELECT "c"."id", "c"."firstName", "c"."lastName", "c"."phone", "c"."email", "c"."propertyId", "c"."teamId" FROM "contacts" "c";

-- name: team-of-user
-- calls: 60
-- role: homeowner_api
-- params: SELECT "userId" FROM "team_members" ORDER BY md5("id"::text) LIMIT 60
SELECT "m"."teamId", "m"."role" FROM "team_members" "m" WHERE "m"."userId" = $1;

-- name: usage-of-team
-- calls: 20
-- wants: public.usage_records (teamId)
-- role: homeowner_api
-- params: SELECT "id", timestamptz '2025-12-01 00:00+00' FROM "teams" ORDER BY md5("id"::text) LIMIT 20
SELECT sum("u"."quantity") FROM "usage_records" "u" WHERE "u"."teamId" = $1 AND "u"."recordedAt" > $2;

-- name: block-create
-- calls: 5
-- role: homeowner_api
-- params: SELECT 'Uploaded ' || i FROM generate_series(1, 5) i
INSERT INTO "blocks" ("name", "recordCount") VALUES ($1, 1) RETURNING "id";

-- name: contact-create
-- calls: 40
-- role: homeowner_api
-- params: SELECT 'First ' || i, '+1556' || lpad(i::text, 7, '0') FROM generate_series(1, 40) i
INSERT INTO "contacts" ("firstName", "phone") VALUES ($1, $2) RETURNING "id";

-- name: message-create
-- calls: 40
-- role: homeowner_api
-- params: SELECT "teamId", "id" FROM "contacts" WHERE "teamId" IS NOT NULL ORDER BY md5("id"::text || 'm') LIMIT 40
INSERT INTO "messages" ("teamId", "contactId", "channel", "body") VALUES ($1, $2, 'email', 'Hello, an example.') RETURNING "id";

-- name: message-mark-sent
-- calls: 200
-- role: homeowner_api
-- params: SELECT "id" FROM "messages" ORDER BY md5("id"::text || 's') LIMIT 200
UPDATE "messages" SET "status" = 'sent', "sentAt" = now() WHERE "id" = $1;
