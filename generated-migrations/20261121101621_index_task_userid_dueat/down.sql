-- Undo of: create index "Task_userId_dueAt_idx" on public."Task" ("userId", "dueAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Task": blocks other schema changes and VACUUM; reads and writes go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Task"
DROP INDEX CONCURRENTLY IF EXISTS public."Task_userId_dueAt_idx";

RESET lock_timeout;
RESET statement_timeout;
