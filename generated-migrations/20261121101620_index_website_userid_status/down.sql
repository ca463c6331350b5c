-- Undo of: create index "Website_userId_status_idx" on public."Website" ("userId", status)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Website": blocks other schema changes and VACUUM; reads and writes go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Website"
DROP INDEX CONCURRENTLY IF EXISTS public."Website_userId_status_idx";

RESET lock_timeout;
RESET statement_timeout;
