-- Undo of: create index "AuditLog_userId_createdAt_idx" on public."AuditLog" ("userId", "createdAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."AuditLog": blocks other schema changes and VACUUM; reads and writes go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."AuditLog"
DROP INDEX CONCURRENTLY IF EXISTS public."AuditLog_userId_createdAt_idx";

RESET lock_timeout;
RESET statement_timeout;
