-- create index "EmailEvent_timestamp_idx" on public."EmailEvent" ("timestamp")
--
-- Cures:
--   DBH110 missing-index: public."EmailEvent": no index on ("timestamp"); 6 statements of the workload, 46 calls
--     of 633.2 ms on average, would use it
--     calls 46, mean ms 633.22, rows 10100447, statements helped 6, total ms 29128
--     8 calls of 1253 ms:
--       SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."type"::text, "public"."EmailEvent"."timestamp"
--         FROM "public"."EmailEvent" WHERE $3=$4 ORDER BY "public"."EmailEvent"."timestamp" DESC LIMIT $1 OFFSET
--         $2
--       plan today:
--         Limit (rows 841714)
--           Gather Merge (rows 8417144)
--             Sort (rows 4208572)
--               Result (rows 4208572)
--                 Seq Scan on EmailEvent (rows 4208572)
--     8 calls of 540.77 ms:
--       SELECT date_trunc($1, "timestamp") AS bucket, "type"::text AS type, COUNT(*)::int AS total FROM
--         "EmailEvent" WHERE "timestamp" >= $2 AND "timestamp" < $3 GROUP BY 1, 2 ORDER BY 1
--       plan today:
--         Aggregate (rows 50503)
--           Gather Merge (rows 42086)
--             Aggregate (rows 21043)
--               Sort (rows 21043)
--                 Seq Scan on EmailEvent (rows 21043)
--     8 calls of 517.24 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."EmailEvent"."id" FROM "public"."EmailEvent" WHERE
--         ("public"."EmailEvent"."timestamp" >= $1 AND "public"."EmailEvent"."timestamp" < $2) OFFSET $3) AS
--         "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 45453)
--             Gather (rows 50503)
--               Seq Scan on EmailEvent (rows 21043)
--     8 calls of 511.82 ms:
--       SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId",
--         "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress",
--         "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."type" =
--         CAST($1::text AS "public"."EmailEventType") AND "public"."EmailEvent"."timestamp" >= $2) ORDER BY
--         "public"."EmailEvent"."timestamp" DESC LIMIT $3 OFFSET $4
--       plan today:
--         Limit (rows 40082)
--           Gather Merge (rows 400816)
--             Sort (rows 200408)
--               Seq Scan on EmailEvent (rows 200408)
--     6 calls of 563.03 ms:
--       SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId",
--         "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress",
--         "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."timestamp"
--         >= $1 AND "public"."EmailEvent"."timestamp" < $2) ORDER BY "public"."EmailEvent"."timestamp" DESC
--         LIMIT $3 OFFSET $4
--       plan today:
--         Limit (rows 4209)
--           Gather Merge (rows 42086)
--             Sort (rows 21043)
--               Seq Scan on EmailEvent (rows 21043)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."EmailEvent": blocks other schema changes and VACUUM; reads and writes go
--     on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 216.0 MB more on disk, about 24 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."EmailEvent"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "EmailEvent_timestamp_idx" ON public."EmailEvent" USING btree ("timestamp");

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."EmailEvent_timestamp_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."EmailEvent"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I)', 'timestamp'))) = pg_catalog.format(' USING btree (%I)', 'timestamp')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."EmailEvent_timestamp_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."EmailEvent_timestamp_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
