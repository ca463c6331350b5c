-- One call of each kind, as the two applications send it: a script for psql, as superuser, everything rolled back. It works on rows of
-- team 1 and names it where the application does, so it runs unchanged before the policies; under them it needs the tenant set first
-- (md5('team1')::uuid), by whatever the caller puts before each BEGIN. Columns that the application leaves out are left out here.
BEGIN;
SET LOCAL ROLE homeowner_api;
SELECT "c"."id", "c"."name", "c"."status" FROM "campaigns" "c" ORDER BY "c"."createdAt" DESC LIMIT 50;
INSERT INTO "campaigns" ("id", "teamId", "name") VALUES (md5('app campaign')::uuid, md5('team1')::uuid, 'From the application');
UPDATE "campaigns" SET "status" = 'active' WHERE "id" = md5('app campaign')::uuid;
INSERT INTO "blocks" ("id", "teamId", "name", "recordCount") VALUES (md5('app block')::uuid, md5('team1')::uuid, 'From the application', 1);
INSERT INTO "contacts" ("id", "teamId", "firstName", "phone") VALUES (md5('app contact')::uuid, md5('team1')::uuid, 'First', '+15550000000');
INSERT INTO "block_records" ("teamId", "blockId", "contactId") VALUES (md5('team1')::uuid, md5('app block')::uuid, md5('app contact')::uuid);
SELECT "r"."id", "r"."status", "r"."contactId" FROM "block_records" "r" WHERE "r"."blockId" = md5('app block')::uuid;
INSERT INTO "messages" ("teamId", "contactId", "campaignId", "channel", "body")
VALUES (md5('team1')::uuid, md5('app contact')::uuid, md5('app campaign')::uuid, 'email', 'Hello, an example.');
SELECT "m"."id", "m"."channel", "m"."status" FROM "messages" "m" WHERE "m"."contactId" = md5('app contact')::uuid ORDER BY "m"."createdAt" DESC LIMIT 50;
SELECT "p"."id", "p"."address", "p"."ownerName" FROM "properties" "p" ORDER BY "p"."createdAt" DESC LIMIT 20;
SELECT "m"."teamId", "m"."role" FROM "team_members" "m" WHERE "m"."userId" = md5('user1')::uuid;
DELETE FROM "contacts" WHERE "id" = md5('app contact')::uuid;
ROLLBACK;
BEGIN;
SET LOCAL ROLE enrichment_worker;
SELECT "j"."id", "j"."blockId" FROM "enrichment_jobs" "j" WHERE "j"."status" = 'pending' ORDER BY "j"."createdAt";
SELECT "r"."id", "r"."contactId" FROM "block_records" "r" WHERE "r"."status" = 'pending' LIMIT 500;
UPDATE "properties" SET "estimatedValue" = 1 WHERE "id" = md5('property1')::uuid;
UPDATE "block_records" SET "status" = 'done' WHERE "id" = md5('record1')::uuid;
INSERT INTO "usage_records" ("teamId", "metric", "quantity") VALUES (md5('team1')::uuid, 'records', 1);
ROLLBACK;
