-- create index "Task_userId_dueAt_idx" on public."Task" ("userId", "dueAt")
--
-- Cures:
--   DBH110 missing-index: public."Task": no index on ("userId", "dueAt"); 3 statements of the workload, 26 calls
--     of 59.8 ms on average, would use it
--     calls 26, mean ms 59.80, rows 250000, statements helped 3, total ms 1555
--     10 calls of 60.78 ms:
--       SELECT "public"."Task"."id", "public"."Task"."userId", "public"."Task"."leadId",
--         "public"."Task"."title", "public"."Task"."dueAt", "public"."Task"."completedAt",
--         "public"."Task"."priority", "public"."Task"."createdAt", "public"."Task"."updatedAt" FROM
--         "public"."Task" WHERE ("public"."Task"."userId" = $1 AND "public"."Task"."dueAt" < $2) ORDER BY
--         "public"."Task"."dueAt" ASC LIMIT $3 OFFSET $4
--     8 calls of 59.37 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Task"."id" FROM "public"."Task" WHERE ("public"."Task"."userId" =
--         $1 AND "public"."Task"."dueAt" >= $2 AND "public"."Task"."dueAt" < $3) OFFSET $4) AS "sub"
--     8 calls of 59.01 ms:
--       SELECT "public"."Task"."id", "public"."Task"."title", "public"."Task"."dueAt",
--         "public"."Task"."priority" FROM "public"."Task" WHERE ("public"."Task"."userId" = $1 AND
--         "public"."Task"."dueAt" >= $2) ORDER BY "public"."Task"."dueAt" ASC LIMIT $3 OFFSET $4
--   DBH101 unindexed-foreign-key: public."Task": foreign key "Task_userId_fkey" ("userId") has no usable index
--     joined in workload true, parent deletes 0, rows 250000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Task": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 14.2 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Task"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Task_userId_dueAt_idx" ON public."Task" USING btree ("userId", "dueAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Task_userId_dueAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Task"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'dueAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'dueAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Task_userId_dueAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Task_userId_dueAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
