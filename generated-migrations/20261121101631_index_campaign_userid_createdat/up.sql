-- create index "Campaign_userId_createdAt_idx" on public."Campaign" ("userId", "createdAt")
--
-- Cures:
--   DBH110 missing-index: public."Campaign": no index on ("userId", "createdAt"); 3 statements of the workload,
--     30 calls of 19.3 ms on average, would use it
--     calls 30, mean ms 19.25, rows 100000, statements helped 3, total ms 577.53
--     10 calls of 32.79 ms:
--       SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name",
--         "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName",
--         "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt",
--         "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE
--         ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."createdAt" >= $2 AND
--         "public"."Campaign"."createdAt" < $3) ORDER BY "public"."Campaign"."createdAt" DESC LIMIT $4 OFFSET $5
--     12 calls of 14.47 ms:
--       SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name",
--         "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName",
--         "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt",
--         "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE
--         "public"."Campaign"."userId" = $1 ORDER BY "public"."Campaign"."createdAt" DESC LIMIT $2 OFFSET $3
--     8 calls of 9.51 ms:
--       SELECT "public"."Campaign"."id", "public"."Campaign"."name", "public"."Campaign"."createdAt" FROM
--         "public"."Campaign" WHERE "public"."Campaign"."userId" = $1 ORDER BY "public"."Campaign"."createdAt"
--         DESC LIMIT $2 OFFSET $3
--   DBH101 unindexed-foreign-key: public."Campaign": foreign key "Campaign_userId_fkey" ("userId") has no usable
--     index
--     joined in workload true, parent deletes 0, rows 100000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Campaign": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 5.6 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Campaign"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Campaign_userId_createdAt_idx" ON public."Campaign" USING btree ("userId", "createdAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Campaign_userId_createdAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Campaign"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Campaign_userId_createdAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Campaign_userId_createdAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
