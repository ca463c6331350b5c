-- create index "Lead_userId_score_idx" on public."Lead" ("userId", score)
--
-- Cures:
--   DBH110 missing-index: public."Lead": no index on ("userId", score); 1 statement of the workload, 8 calls of
--     125.4 ms on average, would use it
--     calls 8, mean ms 125.43, rows 1000010, statements helped 1, total ms 1003
--     8 calls of 125.43 ms:
--       SELECT "public"."Lead"."id", "public"."Lead"."email", "public"."Lead"."firstName",
--         "public"."Lead"."lastName", "public"."Lead"."status"::text, "public"."Lead"."score" FROM
--         "public"."Lead" WHERE ("public"."Lead"."userId" = $1 AND "public"."Lead"."status" IN (CAST($2::text AS
--         "public"."LeadStatus"),CAST($3::text AS "public"."LeadStatus"))) ORDER BY "public"."Lead"."score" DESC
--         LIMIT $4 OFFSET $5
--       plan today:
--         Limit (rows 4)
--           Gather Merge (rows 40)
--             Sort (rows 20)
--               Seq Scan on Lead (rows 20)
--   DBH101 unindexed-foreign-key: public."Lead": foreign key "Lead_userId_fkey" ("userId") has no usable index
--     joined in workload true, parent deletes 0, rows 1000010
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Lead": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 47.3 MB more on disk, about 7 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Lead"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Lead_userId_score_idx" ON public."Lead" USING btree ("userId", score);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Lead_userId_score_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Lead"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'score'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'score')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Lead_userId_score_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Lead_userId_score_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
