-- Undo of: create index "VideoUpload_status_createdAt_idx" on public."VideoUpload" (status, "createdAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."VideoUpload": blocks other schema changes and VACUUM; reads and writes go
--     on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."VideoUpload"
DROP INDEX CONCURRENTLY IF EXISTS public."VideoUpload_status_createdAt_idx";

RESET lock_timeout;
RESET statement_timeout;
