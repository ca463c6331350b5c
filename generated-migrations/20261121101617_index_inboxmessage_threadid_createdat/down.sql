-- Undo of: create index "InboxMessage_threadId_createdAt_idx" on public."InboxMessage" ("threadId", "createdAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."InboxMessage": blocks other schema changes and VACUUM; reads and writes go
--     on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."InboxMessage"
DROP INDEX CONCURRENTLY IF EXISTS public."InboxMessage_threadId_createdAt_idx";

RESET lock_timeout;
RESET statement_timeout;
