-- Which of these transactions still hold or await a lock.
SELECT DISTINCT l.virtualtransaction AS transaction FROM pg_locks l WHERE l.virtualtransaction = ANY ($1)
