-- create index "Lead_userId_createdAt_idx" on public."Lead" ("userId", "createdAt")
--
-- Cures:
--   DBH110 missing-index: public."Lead": no index on ("userId", "createdAt"); 14 statements of the workload, 122
--     calls of 137.9 ms on average, would use it
--     calls 122, mean ms 137.94, rows 1000010, statements helped 14, total ms 16829
--     20 calls of 113.15 ms:
--       SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId",
--         "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName",
--         "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle",
--         "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score",
--         "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt",
--         "public"."Lead"."updatedAt" FROM "public"."Lead" WHERE "public"."Lead"."userId" = $1 ORDER BY
--         "public"."Lead"."createdAt" DESC LIMIT $2 OFFSET $3
--       plan today:
--         Limit (rows 10)
--           Gather Merge (rows 102)
--             Sort (rows 51)
--               Seq Scan on Lead (rows 51)
--     8 calls of 217.62 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" =
--         $1 AND "public"."Lead"."email" = $2) OFFSET $3) AS "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 1)
--             Gather (rows 1)
--               Seq Scan on Lead (rows 1)
--     12 calls of 122.09 ms:
--       SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."companyId",
--         "public"."Lead"."campaignId", "public"."Lead"."email", "public"."Lead"."firstName",
--         "public"."Lead"."lastName", "public"."Lead"."phone", "public"."Lead"."jobTitle",
--         "public"."Lead"."source", "public"."Lead"."status"::text, "public"."Lead"."score",
--         "public"."Lead"."enrichment", "public"."Lead"."lastContactedAt", "public"."Lead"."createdAt",
--         "public"."Lead"."updatedAt" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND
--         "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus")) ORDER BY "public"."Lead"."score"
--         DESC LIMIT $3 OFFSET $4
--       plan today:
--         Limit (rows 2)
--           Gather Merge (rows 20)
--             Sort (rows 10)
--               Seq Scan on Lead (rows 10)
--     11 calls of 122.02 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" =
--         $1 AND "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus")) OFFSET $3) AS "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 22)
--             Gather (rows 24)
--               Seq Scan on Lead (rows 10)
--     9 calls of 131.50 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" =
--         $1 AND "public"."Lead"."createdAt" >= $2) OFFSET $3) AS "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 37)
--             Gather (rows 41)
--               Seq Scan on Lead (rows 17)
--   DBH101 unindexed-foreign-key: public."Lead": foreign key "Lead_userId_fkey" ("userId") has no usable index
--     joined in workload true, parent deletes 0, rows 1000010
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Lead": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 55.9 MB more on disk, about 7 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Lead"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Lead_userId_createdAt_idx" ON public."Lead" USING btree ("userId", "createdAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Lead_userId_createdAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Lead"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Lead_userId_createdAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Lead_userId_createdAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
