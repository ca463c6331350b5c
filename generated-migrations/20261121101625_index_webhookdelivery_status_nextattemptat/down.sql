-- Undo of: create index "WebhookDelivery_status_nextAttemptAt_idx" on public."WebhookDelivery" (status,
--   "nextAttemptAt")
--
-- Locks:
--   SHARE UPDATE EXCLUSIVE on public."WebhookDelivery": blocks other schema changes and VACUUM; reads and writes
--     go on

SET lock_timeout = 0;
SET statement_timeout = 0;

-- outside a transaction; SHARE UPDATE EXCLUSIVE on public."WebhookDelivery"
DROP INDEX CONCURRENTLY IF EXISTS public."WebhookDelivery_status_nextAttemptAt_idx";

RESET lock_timeout;
RESET statement_timeout;
