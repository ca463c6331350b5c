-- create index "Website_userId_status_idx" on public."Website" ("userId", status)
--
-- Cures:
--   DBH110 missing-index: public."Website": no index on ("userId", status); 3 statements of the workload, 42
--     calls of 48.7 ms on average, would use it
--     calls 42, mean ms 48.71, rows 100000, statements helped 3, total ms 2046
--     16 calls of 45.96 ms:
--       SELECT "public"."Website"."id", "public"."Website"."name", "public"."Website"."domain",
--         "public"."Website"."status"::text FROM "public"."Website" WHERE ("public"."Website"."userId" = $1 AND
--         "public"."Website"."status" = CAST($2::text AS "public"."WebsiteStatus")) ORDER BY
--         "public"."Website"."name" ASC LIMIT $3 OFFSET $4
--     16 calls of 45.19 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Website"."id" FROM "public"."Website" WHERE
--         ("public"."Website"."userId" = $1 AND "public"."Website"."status" = CAST($2::text AS
--         "public"."WebsiteStatus")) OFFSET $3) AS "sub"
--     10 calls of 58.72 ms:
--       SELECT "public"."Website"."id", "public"."Website"."userId", "public"."Website"."name",
--         "public"."Website"."domain", "public"."Website"."status"::text, "public"."Website"."theme",
--         "public"."Website"."seoTitle", "public"."Website"."publishedAt", "public"."Website"."createdAt",
--         "public"."Website"."updatedAt" FROM "public"."Website" WHERE ("public"."Website"."userId" = $1 AND
--         "public"."Website"."status" = CAST($2::text AS "public"."WebsiteStatus")) ORDER BY
--         "public"."Website"."updatedAt" DESC LIMIT $3 OFFSET $4
--   DBH101 unindexed-foreign-key: public."Website": foreign key "Website_userId_fkey" ("userId") has no usable
--     index
--     joined in workload true, parent deletes 0, rows 100000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Website": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 2.1 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Website"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Website_userId_status_idx" ON public."Website" USING btree ("userId", status);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Website_userId_status_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Website"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'status'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'status')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Website_userId_status_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Website_userId_status_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
