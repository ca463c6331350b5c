-- create index "EmailTemplate_userId_category_idx" on public."EmailTemplate" ("userId", category)
--
-- Cures:
--   DBH110 missing-index: public."EmailTemplate": no index on ("userId", category); 3 statements of the
--     workload, 26 calls of 44.7 ms on average, would use it
--     calls 26, mean ms 44.66, rows 200000, statements helped 3, total ms 1161
--     11 calls of 44.01 ms:
--       SELECT "public"."EmailTemplate"."id", "public"."EmailTemplate"."userId",
--         "public"."EmailTemplate"."name", "public"."EmailTemplate"."category"::text,
--         "public"."EmailTemplate"."subject", "public"."EmailTemplate"."body",
--         "public"."EmailTemplate"."variables", "public"."EmailTemplate"."usageCount",
--         "public"."EmailTemplate"."createdAt", "public"."EmailTemplate"."updatedAt" FROM
--         "public"."EmailTemplate" WHERE ("public"."EmailTemplate"."userId" = $1 AND
--         "public"."EmailTemplate"."category" = CAST($2::text AS "public"."TemplateCategory")) ORDER BY
--         "public"."EmailTemplate"."usageCount" DESC LIMIT $3 OFFSET $4
--     8 calls of 45.57 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."EmailTemplate"."id" FROM "public"."EmailTemplate" WHERE
--         ("public"."EmailTemplate"."userId" = $1 AND "public"."EmailTemplate"."category" = CAST($2::text AS
--         "public"."TemplateCategory")) OFFSET $3) AS "sub"
--     7 calls of 44.66 ms:
--       SELECT "public"."EmailTemplate"."id", "public"."EmailTemplate"."name",
--         "public"."EmailTemplate"."category"::text, "public"."EmailTemplate"."subject" FROM
--         "public"."EmailTemplate" WHERE ("public"."EmailTemplate"."userId" = $1 AND
--         "public"."EmailTemplate"."category" IN (CAST($2::text AS "public"."TemplateCategory"),CAST($3::text AS
--         "public"."TemplateCategory"))) ORDER BY "public"."EmailTemplate"."name" ASC OFFSET $4
--   DBH101 unindexed-foreign-key: public."EmailTemplate": foreign key "EmailTemplate_userId_fkey" ("userId") has
--     no usable index
--     joined in workload true, parent deletes 0, rows 200000
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."EmailTemplate": blocks other schema changes and VACUUM; reads and writes
--     go on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 3.5 MB more on disk, under a second on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."EmailTemplate"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "EmailTemplate_userId_category_idx" ON public."EmailTemplate" USING btree ("userId", category);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."EmailTemplate_userId_category_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."EmailTemplate"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'userId', 'category'))) = pg_catalog.format(' USING btree (%I, %I)', 'userId', 'category')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."EmailTemplate_userId_category_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."EmailTemplate_userId_category_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
