-- create index "Lead_userId_status_score_idx" on public."Lead" ("userId", status, score)
--
-- Cures:
--   DBH110 missing-index: public."Lead": no index on ("userId", status, score); 4 statements of the workload, 38
--     calls of 124.6 ms on average, would use it
--     calls 38, mean ms 124.56, rows 1000010, statements helped 4, total ms 4733
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
--     8 calls of 127.60 ms:
--       SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."score", "public"."Lead"."source",
--         "public"."Lead"."createdAt" FROM "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND
--         "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus") AND "public"."Lead"."score" >= $3)
--         ORDER BY "public"."Lead"."score" DESC LIMIT $4 OFFSET $5
--       plan today:
--         Limit (rows 1)
--           Gather Merge (rows 6)
--             Sort (rows 3)
--               Seq Scan on Lead (rows 3)
--     11 calls of 122.02 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" =
--         $1 AND "public"."Lead"."status" = CAST($2::text AS "public"."LeadStatus")) OFFSET $3) AS "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 22)
--             Gather (rows 24)
--               Seq Scan on Lead (rows 10)
--     7 calls of 129.32 ms:
--       SELECT l."id", l."email", l."score", c."name" AS "companyName", c."domain" FROM "Lead" l LEFT JOIN
--         "Company" c ON c."id" = l."companyId" WHERE l."userId" = $1 AND l."status" = $2::"LeadStatus" ORDER BY
--         l."score" DESC LIMIT $3
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
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Lead_userId_status_score_idx" ON public."Lead" USING btree ("userId", status, score);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Lead_userId_status_score_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Lead"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I, %I)', 'userId', 'status', 'score'))) = pg_catalog.format(' USING btree (%I, %I, %I)', 'userId', 'status', 'score')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Lead_userId_status_score_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Lead_userId_status_score_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
