-- create index "WebhookDelivery_status_nextAttemptAt_idx" on public."WebhookDelivery" (status, "nextAttemptAt")
--
-- Cures:
--   DBH110 missing-index: public."WebhookDelivery": no index on (status, "nextAttemptAt"); 2 statements of the
--     workload, 20 calls of 58.0 ms on average, would use it
--     calls 20, mean ms 58.05, rows 500000, statements helped 2, total ms 1161
--     12 calls of 62.95 ms:
--       SELECT "public"."WebhookDelivery"."id", "public"."WebhookDelivery"."webhookId",
--         "public"."WebhookDelivery"."event", "public"."WebhookDelivery"."payload",
--         "public"."WebhookDelivery"."status"::text, "public"."WebhookDelivery"."attempts",
--         "public"."WebhookDelivery"."responseCode", "public"."WebhookDelivery"."nextAttemptAt",
--         "public"."WebhookDelivery"."createdAt" FROM "public"."WebhookDelivery" WHERE
--         ("public"."WebhookDelivery"."status" = CAST($1::text AS "public"."DeliveryStatus") AND
--         "public"."WebhookDelivery"."nextAttemptAt" <= $2) ORDER BY "public"."WebhookDelivery"."nextAttemptAt"
--         ASC LIMIT $3 OFFSET $4
--     8 calls of 50.70 ms:
--       SELECT "public"."WebhookDelivery"."id", "public"."WebhookDelivery"."webhookId",
--         "public"."WebhookDelivery"."event", "public"."WebhookDelivery"."attempts",
--         "public"."WebhookDelivery"."nextAttemptAt" FROM "public"."WebhookDelivery" WHERE
--         ("public"."WebhookDelivery"."status" = CAST($1::text AS "public"."DeliveryStatus") AND
--         "public"."WebhookDelivery"."nextAttemptAt" >= $2 AND "public"."WebhookDelivery"."nextAttemptAt" < $3)
--         ORDER BY "public"."WebhookDelivery"."nextAttemptAt" ASC LIMIT $4 OFFSET $5
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."WebhookDelivery": blocks other schema changes and VACUUM; reads and writes
--     go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 15.0 MB more on disk, about 2 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."WebhookDelivery"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "WebhookDelivery_status_nextAttemptAt_idx" ON public."WebhookDelivery" USING btree (status, "nextAttemptAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."WebhookDelivery_status_nextAttemptAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."WebhookDelivery"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'status', 'nextAttemptAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'status', 'nextAttemptAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."WebhookDelivery_status_nextAttemptAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."WebhookDelivery_status_nextAttemptAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
