-- create index "Lead_email_idx" on public."Lead" (email)
--
-- Cures:
--   DBH110 missing-index: public."Lead": no index on (email); 4 statements of the workload, 35 calls of 214.8 ms
--     on average, would use it
--     calls 35, mean ms 214.84, rows 1000010, statements helped 4, total ms 7519
--     14 calls of 189.65 ms:
--       SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."email",
--         "public"."Lead"."status"::text FROM "public"."Lead" WHERE "public"."Lead"."email" = $1 LIMIT $2 OFFSET
--         $3
--       plan today:
--         Limit (rows 1)
--           Gather (rows 1)
--             Seq Scan on Lead (rows 1)
--     8 calls of 254.46 ms:
--       SELECT "public"."Lead"."id", "public"."Lead"."userId", "public"."Lead"."email" FROM "public"."Lead"
--         WHERE "public"."Lead"."email" IN ($1,$2,$3) OFFSET $4
--       plan today:
--         Limit (rows 2)
--           Gather (rows 3)
--             Seq Scan on Lead (rows 1)
--     8 calls of 217.62 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."Lead"."id" FROM "public"."Lead" WHERE ("public"."Lead"."userId" =
--         $1 AND "public"."Lead"."email" = $2) OFFSET $3) AS "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 1)
--             Gather (rows 1)
--               Seq Scan on Lead (rows 1)
--     5 calls of 217.52 ms:
--       SELECT l."id", l."email" FROM "Lead" l WHERE l."email" = ANY($1) AND l."userId" = $2
--       plan today:
--         Gather (rows 1)
--           Seq Scan on Lead (rows 1)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Lead": blocks other schema changes and VACUUM; reads and writes go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 38.6 MB more on disk, about 7 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Lead"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Lead_email_idx" ON public."Lead" USING btree (email);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."Lead_email_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."Lead"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I)', 'email'))) = pg_catalog.format(' USING btree (%I)', 'email')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."Lead_email_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."Lead_email_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
