-- Undo of: create index "Lead_userId_score_idx" on public."Lead" ("userId", score)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Lead": blocks other schema changes and VACUUM; reads and writes go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Lead"
DROP INDEX CONCURRENTLY IF EXISTS public."Lead_userId_score_idx";

RESET lock_timeout;
RESET statement_timeout;
