-- create index "InboxThread_userId_lastMessageAt_idx" on public."InboxThread" ("userId", "lastMessageAt")
--
-- Cures:
--   DBH110 missing-index: public."InboxThread": no index on ("userId", "lastMessageAt"); 3 statements of the
--     workload, 34 calls of 8.3 ms on average, would use it
--     calls 34, mean ms 8.25, rows 100000, statements helped 3, total ms 280.55
--     8 calls of 13.13 ms:
--       SELECT "public"."InboxThread"."id", "public"."InboxThread"."userId", "public"."InboxThread"."subject",
--         "public"."InboxThread"."participantEmail", "public"."InboxThread"."unreadCount",
--         "public"."InboxThread"."archived", "public"."InboxThread"."lastMessageAt",
--         "public"."InboxThread"."createdAt" FROM "public"."InboxThread" WHERE "public"."InboxThread"."userId" =
--         $1 ORDER BY "public"."InboxThread"."lastMessageAt" DESC LIMIT $2 OFFSET $3
--     13 calls of 7.36 ms:
--       SELECT "public"."InboxThread"."id", "public"."InboxThread"."subject",
--         "public"."InboxThread"."participantEmail", "public"."InboxThread"."unreadCount",
--         "public"."InboxThread"."lastMessageAt" FROM "public"."InboxThread" WHERE
--         ("public"."InboxThread"."userId" = $1 AND "public"."InboxThread"."lastMessageAt" < $2) ORDER BY
--         "public"."InboxThread"."lastMessageAt" DESC LIMIT $3 OFFSET $4
--     13 calls of 6.14 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."InboxThread"."id" FROM "public"."InboxThread" WHERE
--         ("public"."InboxThread"."userId" = $1 AND "public"."InboxThread"."lastMessageAt" >= $2) OFFSET $3) AS
--         "sub"
--   DBH101 unindexed-foreign-key: public."InboxThread": foreign key "InboxThread_userId_fkey" ("userId") has no
--     usable index
--     joined in workload true, parent deletes 0, rows 100000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."InboxThread": blocks other schema changes and VACUUM; reads and writes go
--     on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 5.6 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."InboxThread"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "InboxThread_userId_lastMessageAt_idx" ON public."InboxThread" USING btree ("userId", "lastMessageAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."InboxThread_userId_lastMessageAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."InboxThread"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'lastMessageAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'lastMessageAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."InboxThread_userId_lastMessageAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."InboxThread_userId_lastMessageAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
