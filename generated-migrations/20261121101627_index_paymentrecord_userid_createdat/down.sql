-- Undo of: create index "PaymentRecord_userId_createdAt_idx" on public."PaymentRecord" ("userId", "createdAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."PaymentRecord": blocks other schema changes and VACUUM; reads and writes
--     go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."PaymentRecord"
DROP INDEX CONCURRENTLY IF EXISTS public."PaymentRecord_userId_createdAt_idx";

RESET lock_timeout;
RESET statement_timeout;
