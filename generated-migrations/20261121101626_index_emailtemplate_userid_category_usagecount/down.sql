-- Undo of: create index "EmailTemplate_userId_category_usageCount_idx" on public."EmailTemplate" ("userId",
--   category, "usageCount")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."EmailTemplate": blocks other schema changes and VACUUM; reads and writes
--     go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."EmailTemplate"
DROP INDEX CONCURRENTLY IF EXISTS public."EmailTemplate_userId_category_usageCount_idx";

RESET lock_timeout;
RESET statement_timeout;
