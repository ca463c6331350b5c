-- Undo of: create index "Campaign_userId_createdAt_idx" on public."Campaign" ("userId", "createdAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Campaign": blocks other schema changes and VACUUM; reads and writes go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Campaign"
DROP INDEX CONCURRENTLY IF EXISTS public."Campaign_userId_createdAt_idx";

RESET lock_timeout;
RESET statement_timeout;
