-- The rate limiter: counts the requests of a key, then writes one more row; nothing ever deletes one.

-- name: rate-limit-count
-- calls: 100
-- wants: public.rate_limit_logs (key, created_at)
-- role: service_role
-- params: SELECT 'user:' || id, timestamptz '2025-12-31 23:00+00' FROM auth.users ORDER BY md5(id::text || 'r') LIMIT 100
SELECT count(*) FROM rate_limit_logs WHERE key = $1 AND created_at > $2;

-- name: rate-limit-record
-- calls: 100
-- role: service_role
-- params: SELECT 'user:' || id FROM auth.users ORDER BY md5(id::text || 'r') LIMIT 100
INSERT INTO rate_limit_logs (key) VALUES ($1);
