-- create index "AuditLog_userId_createdAt_idx" on public."AuditLog" ("userId", "createdAt")
--
-- Cures:
--   DBH110 missing-index: public."AuditLog": no index on ("userId", "createdAt"); 3 statements of the workload,
--     23 calls of 62.6 ms on average, would use it
--     calls 23, mean ms 62.59, rows 500000, statements helped 3, total ms 1440
--     8 calls of 84.84 ms:
--       SELECT "public"."AuditLog"."id", "public"."AuditLog"."userId", "public"."AuditLog"."action",
--         "public"."AuditLog"."entity", "public"."AuditLog"."entityId", "public"."AuditLog"."changes",
--         "public"."AuditLog"."ipAddress", "public"."AuditLog"."createdAt" FROM "public"."AuditLog" WHERE
--         ("public"."AuditLog"."userId" = $1 AND "public"."AuditLog"."createdAt" >= $2 AND
--         "public"."AuditLog"."createdAt" < $3) ORDER BY "public"."AuditLog"."createdAt" DESC OFFSET $4
--     10 calls of 47.11 ms:
--       SELECT "public"."AuditLog"."id", "public"."AuditLog"."userId", "public"."AuditLog"."action",
--         "public"."AuditLog"."entity", "public"."AuditLog"."entityId", "public"."AuditLog"."changes",
--         "public"."AuditLog"."ipAddress", "public"."AuditLog"."createdAt" FROM "public"."AuditLog" WHERE
--         "public"."AuditLog"."userId" = $1 ORDER BY "public"."AuditLog"."createdAt" DESC LIMIT $2 OFFSET $3
--     5 calls of 57.97 ms:
--       SELECT "public"."AuditLog"."id", "public"."AuditLog"."action", "public"."AuditLog"."createdAt" FROM
--         "public"."AuditLog" WHERE "public"."AuditLog"."userId" = $1 ORDER BY "public"."AuditLog"."createdAt"
--         DESC LIMIT $2 OFFSET $3
--   DBH101 unindexed-foreign-key: public."AuditLog": foreign key "AuditLog_userId_fkey" ("userId") has no usable
--     index
--     joined in workload true, parent deletes 0, rows 500000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."AuditLog": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 28.0 MB more on disk, about 2 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."AuditLog"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "AuditLog_userId_createdAt_idx" ON public."AuditLog" USING btree ("userId", "createdAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."AuditLog_userId_createdAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."AuditLog"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'createdAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."AuditLog_userId_createdAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."AuditLog_userId_createdAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
