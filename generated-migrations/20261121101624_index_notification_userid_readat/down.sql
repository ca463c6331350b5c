-- Undo of: create index "Notification_userId_readAt_idx" on public."Notification" ("userId", "readAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."Notification": blocks other schema changes and VACUUM; reads and writes go
--     on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."Notification"
DROP INDEX CONCURRENTLY IF EXISTS public."Notification_userId_readAt_idx";

RESET lock_timeout;
RESET statement_timeout;
