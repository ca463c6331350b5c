-- create index "InboxMessage_threadId_createdAt_idx" on public."InboxMessage" ("threadId", "createdAt")
--
-- Cures:
--   DBH110 missing-index: public."InboxMessage": no index on ("threadId", "createdAt"); 3 statements of the
--     workload, 96 calls of 81.3 ms on average, would use it
--     calls 96, mean ms 81.25, rows 500000, statements helped 3, total ms 7800
--     80 calls of 82.99 ms:
--       SELECT "public"."InboxMessage"."id", "public"."InboxMessage"."threadId",
--         "public"."InboxMessage"."direction"::text, "public"."InboxMessage"."fromEmail",
--         "public"."InboxMessage"."toEmail", "public"."InboxMessage"."body", "public"."InboxMessage"."readAt",
--         "public"."InboxMessage"."createdAt" FROM "public"."InboxMessage" WHERE
--         "public"."InboxMessage"."threadId" = $1 ORDER BY "public"."InboxMessage"."createdAt" ASC OFFSET $2
--       plan today:
--         Limit (rows 3)
--           Gather Merge (rows 4)
--             Sort (rows 2)
--               Seq Scan on InboxMessage (rows 2)
--     9 calls of 71.28 ms:
--       SELECT "public"."InboxMessage"."id", "public"."InboxMessage"."direction"::text,
--         "public"."InboxMessage"."fromEmail", "public"."InboxMessage"."createdAt" FROM "public"."InboxMessage"
--         WHERE "public"."InboxMessage"."threadId" = $1 ORDER BY "public"."InboxMessage"."createdAt" DESC LIMIT
--         $2 OFFSET $3
--     7 calls of 74.16 ms:
--       SELECT "public"."InboxMessage"."id", "public"."InboxMessage"."threadId",
--         "public"."InboxMessage"."direction"::text, "public"."InboxMessage"."fromEmail",
--         "public"."InboxMessage"."toEmail", "public"."InboxMessage"."body", "public"."InboxMessage"."readAt",
--         "public"."InboxMessage"."createdAt" FROM "public"."InboxMessage" WHERE
--         ("public"."InboxMessage"."threadId" = $1 AND "public"."InboxMessage"."createdAt" >= $2) ORDER BY
--         "public"."InboxMessage"."createdAt" ASC OFFSET $3
--   DBH101 unindexed-foreign-key: public."InboxMessage": foreign key "InboxMessage_threadId_fkey" ("threadId")
--     has no usable index
--     joined in workload true, parent deletes 0, rows 500000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."InboxMessage": blocks other schema changes and VACUUM; reads and writes go
--     on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 28.0 MB more on disk, about 2 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."InboxMessage"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "InboxMessage_threadId_createdAt_idx" ON public."InboxMessage" USING btree ("threadId", "createdAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."InboxMessage_threadId_createdAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."InboxMessage"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'threadId', 'createdAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'threadId', 'createdAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."InboxMessage_threadId_createdAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."InboxMessage_threadId_createdAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
