-- What the browser asks the API for: each statement as authenticated, with the caller's id in a setting of the session.

-- name: campaign-list-active
-- calls: 40
-- wants: public.campaigns (user_id, status)
-- role: authenticated
-- setting: request.jwt.claim.sub = $1
-- params: SELECT id, 50::bigint FROM auth.users ORDER BY md5(id::text) LIMIT 40
SELECT id, name, status, daily_limit, emails_sent_today FROM campaigns WHERE user_id = $1 AND status = 'active' ORDER BY created_at DESC LIMIT $2;

-- name: campaign-by-id
-- calls: 30
-- role: authenticated
-- setting: request.jwt.claim.sub = $2
-- params: SELECT id, user_id FROM campaigns ORDER BY md5(id::text) LIMIT 30
SELECT id, name, status, settings FROM campaigns WHERE id = $1 AND user_id = $2;

-- name: lead-list-by-status
-- calls: 60
-- wants: public.leads (campaign_id, status)
-- role: authenticated
-- setting: request.jwt.claim.sub = $3
-- params: SELECT id, 'contacted'::text, user_id FROM campaigns ORDER BY md5(id::text) LIMIT 60
SELECT id, email, first_name, company, status FROM leads WHERE campaign_id = $1 AND status = $2 AND user_id = $3 LIMIT 100;

-- name: lead-export
-- calls: 3
-- role: authenticated
-- setting: request.jwt.claim.sub = $1
-- params: SELECT user_id FROM leads GROUP BY user_id ORDER BY count(*) DESC LIMIT 3
SELECT id, email, first_name, company, custom_fields, status, created_at FROM leads WHERE user_id = $1;

-- name: lead-duplicate
-- calls: 30
-- role: authenticated
-- setting: request.jwt.claim.sub = $1
-- params: SELECT user_id, email, campaign_id FROM leads WHERE campaign_id IS NOT NULL ORDER BY md5(id::text) LIMIT 30
SELECT id FROM leads WHERE user_id = $1 AND email = $2 AND campaign_id = $3;

-- name: lead-create
-- calls: 30
-- role: authenticated
-- setting: request.jwt.claim.sub = $1
-- params: SELECT user_id, id, 'new-' || gen_random_uuid() || '@example.com' FROM campaigns ORDER BY md5(id::text) LIMIT 30
INSERT INTO leads (user_id, campaign_id, email, status) VALUES ($1, $2, $3, 'new') RETURNING id;

-- name: email-opens-of-email
-- calls: 60
-- wants: public.email_tracking_events (email_id, event_type, event_timestamp)
-- role: authenticated
-- setting: request.jwt.claim.sub = $3
-- params: SELECT id, 'opened'::text, user_id FROM emails ORDER BY md5(id::text) LIMIT 60
SELECT event_timestamp, metadata FROM email_tracking_events WHERE email_id = $1 AND event_type = $2 AND user_id = $3 ORDER BY event_timestamp DESC LIMIT 20;

-- name: webhook-list
-- calls: 10
-- role: authenticated
-- setting: request.jwt.claim.sub = $1
-- params: SELECT id FROM auth.users ORDER BY md5(id::text) LIMIT 10
SELECT id, url, response_status, created_at FROM webhook_deliveries WHERE user_id = $1 ORDER BY created_at DESC LIMIT 50;
