-- One call of each kind, as the application sends it: a script for psql, as authenticator (or a superuser), everything rolled back.
-- It takes user 1 and his rows, so it runs unchanged before the policies and under them.
BEGIN;
SET LOCAL ROLE authenticated;
SELECT set_config('request.jwt.claims', json_build_object('sub', md5('user1')::uuid, 'role', 'authenticated')::text, true);
SELECT id, name, status FROM campaigns WHERE user_id = md5('user1')::uuid AND status = 'active' ORDER BY created_at DESC LIMIT 50;
INSERT INTO campaigns (id, user_id, name) VALUES (md5('app campaign')::uuid, md5('user1')::uuid, 'From the application');
UPDATE campaigns SET status = 'active', updated_at = now() WHERE id = md5('app campaign')::uuid;
INSERT INTO leads (id, user_id, campaign_id, email) VALUES (md5('app lead')::uuid, md5('user1')::uuid, md5('app campaign')::uuid, 'app@example.com');
SELECT id, email, status FROM leads WHERE campaign_id = md5('app campaign')::uuid AND status = 'new' LIMIT 100;
INSERT INTO emails (user_id, campaign_id, lead_id, subject, body, scheduled_at)
VALUES (md5('user1')::uuid, md5('app campaign')::uuid, md5('app lead')::uuid, 'Hello', 'An example text.', now());
SELECT id, status FROM emails WHERE campaign_id = md5('app campaign')::uuid;
SELECT id, email, is_active FROM gmail_accounts WHERE user_id = md5('user1')::uuid LIMIT 10;
SELECT event_type, count(*) FROM email_tracking_events WHERE user_id = md5('user1')::uuid GROUP BY event_type;
SELECT id, url, response_status FROM webhook_deliveries WHERE user_id = md5('user1')::uuid ORDER BY created_at DESC LIMIT 50;
DELETE FROM leads WHERE id = md5('app lead')::uuid;
ROLLBACK;
-- The agents and the rate limiter.
BEGIN;
SET LOCAL ROLE service_role;
SELECT id, access_token FROM gmail_accounts WHERE user_id = md5('user1')::uuid AND is_active = true LIMIT 10;
SELECT id, subject FROM emails WHERE campaign_id = md5('campaign1')::uuid AND status = 'queued' ORDER BY scheduled_at LIMIT 100;
INSERT INTO agent_jobs (user_id, campaign_id, kind) SELECT user_id, id, 'send' FROM campaigns WHERE id = md5('campaign1')::uuid;
INSERT INTO rate_limit_logs (key) VALUES ('user:' || md5('user1')::uuid);
SELECT count(*) FROM rate_limit_logs WHERE key = 'user:' || md5('user1')::uuid AND created_at > now() - interval '1 hour';
INSERT INTO webhook_deliveries (user_id, url, payload) VALUES (md5('user1')::uuid, 'https://hooks.example.com/app', '{}');
ROLLBACK;
