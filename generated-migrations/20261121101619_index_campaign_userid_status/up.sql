-- create index "Campaign_userId_status_idx" on public."Campaign" ("userId", status)
--
-- Cures:
--   DBH110 missing-index: public."Campaign": no index on ("userId", status); 8 statements of the workload, 87
--     calls of 24.5 ms on average, would use it
--     calls 87, mean ms 24.46, rows 100000, statements helped 8, total ms 2128
--     14 calls of 34.31 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Campaign"."id" FROM "public"."Campaign" WHERE
--         ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" = CAST($2::text AS
--         "public"."CampaignStatus")) OFFSET $3) AS "sub"
--     14 calls of 32.94 ms:
--       SELECT "public"."Campaign"."id", "public"."Campaign"."userId", "public"."Campaign"."name",
--         "public"."Campaign"."status"::text, "public"."Campaign"."subject", "public"."Campaign"."fromName",
--         "public"."Campaign"."dailyLimit", "public"."Campaign"."schedule", "public"."Campaign"."startedAt",
--         "public"."Campaign"."createdAt", "public"."Campaign"."updatedAt" FROM "public"."Campaign" WHERE
--         ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" = CAST($2::text AS
--         "public"."CampaignStatus")) ORDER BY "public"."Campaign"."updatedAt" DESC LIMIT $3 OFFSET $4
--     10 calls of 43.85 ms:
--       SELECT "public"."Campaign"."id", "public"."Campaign"."name", "public"."Campaign"."status"::text,
--         "public"."Campaign"."dailyLimit", "public"."Campaign"."startedAt" FROM "public"."Campaign" WHERE
--         ("public"."Campaign"."userId" = $1 AND "public"."Campaign"."status" IN (CAST($2::text AS
--         "public"."CampaignStatus"),CAST($3::text AS "public"."CampaignStatus"))) ORDER BY
--         "public"."Campaign"."name" ASC OFFSET $4
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
-- Estimated: 3.1 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Campaign"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Campaign_userId_status_idx" ON public."Campaign" USING btree ("userId", status);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Campaign_userId_status_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Campaign"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'status'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'status')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Campaign_userId_status_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Campaign_userId_status_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
