-- What the sending agents do: as service_role, which policies do not bind.

-- name: account-list-active
-- calls: 50
-- wants: public.gmail_accounts (user_id, is_active)
-- role: service_role
-- params: SELECT id FROM auth.users ORDER BY md5(id::text || 'a') LIMIT 50
SELECT id, email, access_token, refresh_token, emails_sent_today FROM gmail_accounts WHERE user_id = $1 AND is_active = true;

-- name: email-list-queued
-- calls: 60
-- wants: public.emails (campaign_id, status)
-- role: service_role
-- params: SELECT id FROM campaigns WHERE status = 'active' ORDER BY md5(id::text) LIMIT 60
SELECT id, lead_id, subject, body FROM emails WHERE campaign_id = $1 AND status = 'queued' ORDER BY scheduled_at;

-- name: email-mark-sent
-- calls: 400
-- role: service_role
-- params: SELECT id, 'sent'::text FROM emails ORDER BY md5(id::text || 's') LIMIT 400
UPDATE emails SET status = $2, sent_at = now() WHERE id = $1;

-- name: account-counter-read
-- calls: 120
-- role: service_role
-- params: SELECT id FROM gmail_accounts ORDER BY md5(id::text) LIMIT 120
SELECT emails_sent_today FROM gmail_accounts WHERE id = $1;

-- name: account-counter-write
-- calls: 120
-- role: service_role
-- params: SELECT id, emails_sent_today + 1 FROM gmail_accounts ORDER BY md5(id::text) LIMIT 120
UPDATE gmail_accounts SET emails_sent_today = $2 WHERE id = $1;

-- name: job-list-open
-- calls: 60
-- wants: public.agent_jobs (campaign_id, status)
-- role: service_role
-- params: SELECT id FROM campaigns ORDER BY md5(id::text || 'j') LIMIT 60
SELECT id, kind, status, payload FROM agent_jobs WHERE campaign_id = $1 AND status IN ('pending', 'running') ORDER BY created_at LIMIT 10;

-- name: lead-list-unbounded
-- calls: 6
-- role: service_role
-- params: SELECT 'replied'::text FROM generate_series(1, 1)
SELECT id, user_id, email FROM leads WHERE status = $1 LIMIT 99999;

-- name: job-create
-- calls: 30
-- role: service_role
-- params: SELECT user_id, id FROM campaigns ORDER BY md5(id::text || 'c') LIMIT 30
INSERT INTO agent_jobs (user_id, campaign_id, kind) VALUES ($1, $2, 'write') RETURNING id;

-- name: event-record
-- calls: 60
-- role: service_role
-- params: SELECT user_id, id FROM emails ORDER BY md5(id::text || 'e') LIMIT 60
INSERT INTO email_tracking_events (user_id, email_id, event_type, metadata) VALUES ($1, $2, 'opened', '{}');

-- name: webhook-record
-- calls: 30
-- role: service_role
-- params: SELECT id FROM auth.users ORDER BY md5(id::text || 'w') LIMIT 30
INSERT INTO webhook_deliveries (user_id, url, payload, response_status) VALUES ($1, 'https://hooks.example.com/new', '{}', 200);
