-- Undo of: create index "EmailEvent_campaignId_type_idx" on public."EmailEvent" ("campaignId", type)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."EmailEvent": blocks other schema changes and VACUUM; reads and writes go
--     on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."EmailEvent"
DROP INDEX CONCURRENTLY IF EXISTS public."EmailEvent_campaignId_type_idx";

RESET lock_timeout;
RESET statement_timeout;
