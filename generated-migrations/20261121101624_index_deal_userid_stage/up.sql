-- create index "Deal_userId_stage_idx" on public."Deal" ("userId", stage)
--
-- Cures:
--   DBH110 missing-index: public."Deal": no index on ("userId", stage); 3 statements of the workload, 25 calls
--     of 53.8 ms on average, would use it
--     calls 25, mean ms 53.75, rows 200000, statements helped 3, total ms 1344
--     10 calls of 51.80 ms:
--       SELECT "public"."Deal"."id", "public"."Deal"."userId", "public"."Deal"."leadId",
--         "public"."Deal"."title", "public"."Deal"."stage"::text, "public"."Deal"."amount",
--         "public"."Deal"."currency", "public"."Deal"."expectedCloseAt", "public"."Deal"."closedAt",
--         "public"."Deal"."createdAt", "public"."Deal"."updatedAt" FROM "public"."Deal" WHERE
--         ("public"."Deal"."userId" = $1 AND "public"."Deal"."stage" = CAST($2::text AS "public"."DealStage"))
--         ORDER BY "public"."Deal"."amount" DESC LIMIT $3 OFFSET $4
--     8 calls of 53.47 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Deal"."id" FROM "public"."Deal" WHERE ("public"."Deal"."userId" =
--         $1 AND "public"."Deal"."stage" = CAST($2::text AS "public"."DealStage")) OFFSET $3) AS "sub"
--     7 calls of 56.86 ms:
--       SELECT "stage"::text AS stage, COUNT(*)::int AS deals, SUM("amount")::bigint AS amount FROM "Deal" WHERE
--         "userId" = $1 GROUP BY "stage"
--   DBH101 unindexed-foreign-key: public."Deal": foreign key "Deal_userId_fkey" ("userId") has no usable index
--     joined in workload true, parent deletes 0, rows 200000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Deal": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 3.5 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Deal"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Deal_userId_stage_idx" ON public."Deal" USING btree ("userId", stage);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Deal_userId_stage_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Deal"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'stage'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'stage')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Deal_userId_stage_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Deal_userId_stage_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
