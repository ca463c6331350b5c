-- create index "Campaign_userId_status_updatedAt_idx" on public."Campaign" ("userId", status, "updatedAt")
--
-- Cures:
--   DBH110 missing-index: public."Campaign": no index on ("userId", status, "updatedAt"); 1 statement of the
--     workload, 14 calls of 32.9 ms on average, would use it
--     calls 14, mean ms 32.94, rows 100000, statements helped 1, total ms 461.16
--     14 calls of 32.94 ms:
--       SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name",
--         "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName",
--         "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt",
--         "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE
--         ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" = CAST($2::text AS
--         "public"."CampaignStatus")) ORDER BY "public"."Campaign"."updatedAt" DESC LIMIT $3 OFFSET $4
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
-- Estimated: 3.0 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Campaign"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Campaign_userId_status_updatedAt_idx" ON public."Campaign" USING btree ("userId", status, "updatedAt");


-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    -- for this block only: definitions are printed as they were when this file was written
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    PERFORM pg_catalog.set_config('standard_conforming_strings', 'on', true);
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Campaign_userId_status_updatedAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Campaign"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I, %I)', 'userId', 'status', 'updatedAt'))) = pg_catalog.format(' USING btree (%I, %I, %I)', 'userId', 'status', 'updatedAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Campaign_userId_status_updatedAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Campaign_userId_status_updatedAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
