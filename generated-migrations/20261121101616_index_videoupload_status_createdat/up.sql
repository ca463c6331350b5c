-- create index "VideoUpload_status_createdAt_idx" on public."VideoUpload" (status, "createdAt")
--
-- Cures:
--   DBH110 missing-index: public."VideoUpload": no index on (status, "createdAt"); 3 statements of the workload,
--     38 calls of 328.8 ms on average, would use it
--     calls 38, mean ms 328.81, rows 2000090, statements helped 3, total ms 12495
--     15 calls of 437.45 ms:
--       SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."videoId",
--         "public"."VideoUpload"."fileName", "public"."VideoUpload"."sizeBytes",
--         "public"."VideoUpload"."status"::text, "public"."VideoUpload"."progress",
--         "public"."VideoUpload"."transcript", "public"."VideoUpload"."metadata",
--         "public"."VideoUpload"."errorMessage", "public"."VideoUpload"."createdAt",
--         "public"."VideoUpload"."updatedAt" FROM "public"."VideoUpload" WHERE "public"."VideoUpload"."status" =
--         CAST($1::text AS "public"."UploadStatus") ORDER BY "public"."VideoUpload"."createdAt" ASC LIMIT $2
--         OFFSET $3
--       plan today:
--         Limit (rows 41668)
--           Gather Merge (rows 416684)
--             Sort (rows 208342)
--               Seq Scan on VideoUpload (rows 208342)
--     12 calls of 385.14 ms:
--       SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."fileName",
--         "public"."VideoUpload"."progress", "public"."VideoUpload"."createdAt" FROM "public"."VideoUpload"
--         WHERE ("public"."VideoUpload"."status" = CAST($1::text AS "public"."UploadStatus") AND
--         "public"."VideoUpload"."createdAt" < $2) ORDER BY "public"."VideoUpload"."createdAt" ASC LIMIT $3
--         OFFSET $4
--       plan today:
--         Limit (rows 13890)
--           Gather Merge (rows 138896)
--             Sort (rows 69448)
--               Seq Scan on VideoUpload (rows 69448)
--     11 calls of 119.22 ms:
--       SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."fileName",
--         "public"."VideoUpload"."errorMessage", "public"."VideoUpload"."createdAt" FROM "public"."VideoUpload"
--         WHERE ("public"."VideoUpload"."status" = CAST($1::text AS "public"."UploadStatus") AND
--         "public"."VideoUpload"."createdAt" >= $2) ORDER BY "public"."VideoUpload"."createdAt" DESC LIMIT $3
--         OFFSET $4
--       plan today:
--         Limit (rows 13890)
--           Gather Merge (rows 138896)
--             Sort (rows 69448)
--               Seq Scan on VideoUpload (rows 69448)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."VideoUpload": blocks other schema changes and VACUUM; reads and writes go
--     on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 60.0 MB more on disk, about 13 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."VideoUpload"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "VideoUpload_status_createdAt_idx" ON public."VideoUpload" USING btree (status, "createdAt");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."VideoUpload_status_createdAt_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."VideoUpload"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'status', 'createdAt'))) = pg_catalog.format(' USING btree (%I, %I)', 'status', 'createdAt')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."VideoUpload_status_createdAt_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."VideoUpload_status_createdAt_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
