-- Undo of: create index "Deal_userId_stage_amount_idx" on public."Deal" ("userId", stage, amount)
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Deal": blocks other schema changes and VACUUM; reads and writes go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Deal"
DROP INDEX CONCURRENTLY IF EXISTS public."Deal_userId_stage_amount_idx";

RESET lock_timeout;
RESET statement_timeout;
