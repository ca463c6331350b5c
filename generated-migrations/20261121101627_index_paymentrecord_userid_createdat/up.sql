-- create index "PaymentRecord_userId_createdAt_idx" on public."PaymentRecord" ("userId", "createdAt")
--
-- Cures:
--   DBH110 missing-index: public."PaymentRecord": no index on ("userId", "createdAt"); 3 statements of the
--     workload, 38 calls of 7.4 ms on average, would use it
--     calls 38, mean ms 7.42, rows 100000, statements helped 3, total ms 281.79
--     16 calls of 7.61 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."PaymentRecord"."id" FROM "public"."PaymentRecord" WHERE
--         ("public"."PaymentRecord"."userId" = $1 AND "public"."PaymentRecord"."createdAt" >= $2) OFFSET $3) AS
--         "sub"
--     17 calls of 6.25 ms:
--       SELECT "public"."PaymentRecord"."id", "public"."PaymentRecord"."amount",
--         "public"."PaymentRecord"."status"::text, "public"."PaymentRecord"."createdAt" FROM
--         "public"."PaymentRecord" WHERE "public"."PaymentRecord"."userId" = $1 ORDER BY
--         "public"."PaymentRecord"."createdAt" DESC LIMIT $2 OFFSET $3
--     5 calls of 10.76 ms:
--       SELECT "public"."PaymentRecord"."id", "public"."PaymentRecord"."userId",
--         "public"."PaymentRecord"."subscriptionId", "public"."PaymentRecord"."amount",
--         "public"."PaymentRecord"."currency", "public"."PaymentRecord"."status"::text,
--         "public"."PaymentRecord"."stripePaymentId", "public"."PaymentRecord"."failureReason",
--         "public"."PaymentRecord"."createdAt" FROM "public"."PaymentRecord" WHERE
--         "public"."PaymentRecord"."userId" = $1 ORDER BY "public"."PaymentRecord"."createdAt" DESC LIMIT $2
--         OFFSET $3
--   DBH101 unindexed-foreign-key: public."PaymentRecord": foreign key "PaymentRecord_userId_fkey" ("userId") has
--     no usable index
--     joined in workload true, parent deletes 0, rows 100000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."PaymentRecord": blocks other schema changes and VACUUM; reads and writes
--     go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 5.6 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."PaymentRecord"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "PaymentRecord_userId_createdAt_idx" ON public."PaymentRecord" USING btree ("userId", "createdAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."PaymentRecord_userId_createdAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."PaymentRecord"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."PaymentRecord_userId_createdAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."PaymentRecord_userId_createdAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
