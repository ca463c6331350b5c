-- Undo of: create index "InboxThread_userId_lastMessageAt_idx" on public."InboxThread" ("userId",
--   "lastMessageAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."InboxThread": blocks other schema changes and VACUUM; reads and writes go
--     on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."InboxThread"
DROP INDEX CONCURRENTLY IF EXISTS public."InboxThread_userId_lastMessageAt_idx";

RESET lock_timeout;
RESET statement_timeout;
