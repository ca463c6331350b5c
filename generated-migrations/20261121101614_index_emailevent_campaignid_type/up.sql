-- create index "EmailEvent_campaignId_type_idx" on public."EmailEvent" ("campaignId", type)
--
-- Cures:
--   DBH110 missing-index: public."EmailEvent": no index on ("campaignId", type); 5 statements of the workload,
--     47 calls of 590.6 ms on average, would use it
--     calls 47, mean ms 590.64, rows 10100447, statements helped 5, total ms 27760
--     17 calls of 528.93 ms:
--       SELECT COUNT(*) FROM (SELECT "public"."EmailEvent"."id" FROM "public"."EmailEvent" WHERE
--         ("public"."EmailEvent"."campaignId" = $1 AND "public"."EmailEvent"."type" = CAST($2::text AS
--         "public"."EmailEventType")) OFFSET $3) AS "sub"
--       plan today:
--         Aggregate (rows 1)
--           Limit (rows 20)
--             Gather (rows 22)
--               Seq Scan on EmailEvent (rows 9)
--     8 calls of 715.71 ms:
--       SELECT DISTINCT l."id", l."email" FROM "EmailEvent" e JOIN "Lead" l ON l."id" = e."leadId" WHERE
--         e."campaignId" = $1 AND e."type" = $2::"EmailEventType"
--       plan today:
--         Unique (rows 18)
--           Sort (rows 18)
--             Gather (rows 18)
--               Aggregate (rows 9)
--                 Nested Loop (rows 9)
--                   Seq Scan on EmailEvent (rows 9)
--                   Index Scan using Lead_pkey on Lead (rows 1)
--     5 calls of 1127 ms:
--       SELECT e."campaignId", COUNT(*) FILTER (WHERE e."type" = $4)::int AS opened, COUNT(*)::int AS total FROM
--         "EmailEvent" e WHERE e."campaignId" IN ($1,$2,$3) AND e."type" IN ($5,$6) GROUP BY e."campaignId"
--       plan today:
--         Aggregate (rows 130)
--           Gather Merge (rows 108)
--             Aggregate (rows 54)
--               Sort (rows 54)
--                 Seq Scan on EmailEvent (rows 54)
--     9 calls of 461.98 ms:
--       SELECT "type"::text AS type, COUNT(*)::int AS total, COUNT(DISTINCT "leadId")::int AS leads FROM
--         "EmailEvent" WHERE "campaignId" = $1 GROUP BY "type"
--       plan today:
--         Aggregate (rows 7)
--           Gather Merge (rows 152)
--             Sort (rows 63)
--               Seq Scan on EmailEvent (rows 63)
--     8 calls of 406.11 ms:
--       SELECT "public"."EmailEvent"."id", "public"."EmailEvent"."campaignId", "public"."EmailEvent"."leadId",
--         "public"."EmailEvent"."type"::text, "public"."EmailEvent"."url", "public"."EmailEvent"."ipAddress",
--         "public"."EmailEvent"."timestamp" FROM "public"."EmailEvent" WHERE ("public"."EmailEvent"."campaignId"
--         = $1 AND "public"."EmailEvent"."type" = CAST($2::text AS "public"."EmailEventType")) ORDER BY
--         "public"."EmailEvent"."timestamp" DESC LIMIT $3 OFFSET $4
--       plan today:
--         Limit (rows 2)
--           Gather Merge (rows 18)
--             Sort (rows 9)
--               Seq Scan on EmailEvent (rows 9)
--   DBH101 unindexed-foreign-key: public."EmailEvent": foreign key "EmailEvent_campaignId_fkey" ("campaignId")
--     has no usable index
--     joined in workload true, parent deletes 0, rows 10100447
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."EmailEvent": blocks other schema changes and VACUUM; reads and writes go
--     on
--
-- Mind:
--   reads the whole table twice and writes the index: mind load and free disk space
--
-- Estimated: 88.7 MB more on disk, about 24 s on an idle server
-- Undo: down.sql

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."EmailEvent"
CREATE INDEX CONCURRENTLY IF NOT EXISTS "EmailEvent_campaignId_type_idx" ON public."EmailEvent" USING btree ("campaignId", type);

-- gate: raises unless the database is as it must be here
DO $gate$
BEGIN
    PERFORM pg_catalog.set_config('quote_all_identifiers', 'off', true);   -- for this block only
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_index i
        WHERE i.indexrelid = pg_catalog.to_regclass('public."EmailEvent_campaignId_type_idx"')
          AND i.indisvalid
          AND i.indrelid = pg_catalog.to_regclass('public."EmailEvent"')
          AND i.indisunique = false
          AND pg_catalog.right(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.length(pg_catalog.format(' USING btree (%I, %I)', 'campaignId', 'type'))) = pg_catalog.format(' USING btree (%I, %I)', 'campaignId', 'type')
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'index public."EmailEvent_campaignId_type_idx" is missing, not valid or not the one wanted',
            HINT = 'an interrupted build leaves an INVALID index behind: DROP INDEX CONCURRENTLY IF EXISTS public."EmailEvent_campaignId_type_idx"; then run this file again';
    END IF;
END
$gate$;

RESET lock_timeout;
RESET statement_timeout;
