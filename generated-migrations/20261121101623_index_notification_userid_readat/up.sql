-- create index "Notification_userId_readAt_idx" on public."Notification" ("userId", "readAt")
--
-- Cures:
--   DBH110 missing-index: public."Notification": no index on ("userId", "readAt"); 2 statements of the workload,
--     24 calls of 53.7 ms on average, would use it
--     calls 24, mean ms 53.68, rows 500000, statements helped 2, total ms 1288
--     15 calls of 55.04 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Notification"."id" FROM "public"."Notification" WHERE
--         ("public"."Notification"."userId" = $1 AND "public"."Notification"."readAt" IS NULL) OFFSET $2) AS
--         "sub"
--     9 calls of 51.41 ms:
--       SELECT "public"."Notification"."id", "public"."Notification"."userId", "public"."Notification"."kind",
--         "public"."Notification"."title", "public"."Notification"."body", "public"."Notification"."readAt",
--         "public"."Notification"."createdAt" FROM "public"."Notification" WHERE
--         ("public"."Notification"."userId" = $1 AND "public"."Notification"."readAt" IS NULL) LIMIT $2 OFFSET
--         $3
--   DBH101 unindexed-foreign-key: public."Notification": foreign key "Notification_userId_fkey" ("userId") has
--     no usable index
--     joined in workload true, parent deletes 0, rows 500000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Notification": blocks other schema changes and VACUUM; reads and writes go
--     on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 28.2 MB more on disk, about 2 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Notification"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Notification_userId_readAt_idx" ON public."Notification" USING btree ("userId", "readAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Notification_userId_readAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Notification"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'readAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'readAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Notification_userId_readAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Notification_userId_readAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
