-- What the enrichment worker sends: another application, another role, the same database.

-- name: job-list-pending
-- calls: 20
-- role: enrichment_worker
SELECT "j"."id", "j"."blockId", "j"."attempts" FROM "enrichment_jobs" "j" WHERE "j"."status" = 'pending' ORDER BY "j"."createdAt";

-- name: record-list-to-enrich
-- calls: 4
-- wants: public.block_records (blockId)
-- role: enrichment_worker
-- params: SELECT "id", 'done'::text FROM "blocks" WHERE "recordCount" = 500 AND "status" = 'done' ORDER BY "id" LIMIT 4
SELECT "r"."id", "r"."contactId", "r"."propertyId" FROM "block_records" "r" WHERE "r"."blockId" = $1 AND "r"."status" = $2 LIMIT 500;

-- name: contact-of-record
-- calls: 2000
-- role: enrichment_worker
-- params: SELECT "contactId" FROM "block_records" ORDER BY md5("id"::text || 'w') LIMIT 2000
SELECT "c"."id", "c"."firstName", "c"."lastName", "c"."phone", "c"."email" FROM "contacts" "c" WHERE "c"."id" = $1;

-- name: property-touch
-- calls: 200
-- role: enrichment_worker
-- params: SELECT "id", "estimatedValue" + 1 FROM "properties" ORDER BY md5("id"::text) LIMIT 200
UPDATE "properties" SET "estimatedValue" = $2, "updatedAt" = now() WHERE "id" = $1;

-- name: record-done
-- calls: 200
-- role: enrichment_worker
-- params: SELECT "id" FROM "block_records" ORDER BY md5("id"::text || 'd') LIMIT 200
UPDATE "block_records" SET "status" = 'done' WHERE "id" = $1;

-- name: result-create
-- calls: 40
-- role: enrichment_worker
-- params: SELECT "teamId", "jobId", "contactId" FROM "enrichment_results" ORDER BY md5("id"::text) LIMIT 40
INSERT INTO "enrichment_results" ("teamId", "jobId", "contactId", "payload") VALUES ($1, $2, $3, '{}');
