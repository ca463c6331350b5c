-- Fills the outreach product. Plain SQL, one session, one run on an empty schema.
--   SET dbharden.scale = '20000';   number of leads
--   SET dbharden.seed  = '1';       optional; another seed, another distribution of the same shape
-- Every value follows from a row number and the seed. A user's share of campaigns is drawn by a power law; what belongs to a campaign
-- belongs to its user. About one lead in 200 is there twice. Foreign key triggers are off during the load: parents exist by construction.
SET session_replication_role = replica;

CREATE TEMP TABLE p AS
SELECT n, users, greatest(n / 20, 100) AS campaigns, seed, ln(users::float8) / ln(20::float8) AS skew
FROM (SELECT n, greatest(n / 50, 50) AS users, seed
      FROM (SELECT current_setting('dbharden.scale')::int AS n,
                   coalesce(nullif(current_setting('dbharden.seed', true), ''), '1')::bigint AS seed) s) t;

-- A key from a kind and a row number.
CREATE FUNCTION pg_temp.key(kind text, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
'SELECT md5(kind || i::text)::uuid';

-- A number in [0, 1) from a row number and a stream.
CREATE FUNCTION pg_temp.h(i bigint, stream bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
'SELECT (hashint8extended(i, stream) & 1073741823)::float8 / 1073741824::float8';

-- Twelve months to the end of 2025; x runs from 0 to 1.
CREATE FUNCTION pg_temp.at(x float8) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
'SELECT timestamptz ''2025-01-01 00:00+00'' + x * interval ''365 days''';

INSERT INTO auth.users (id, email, encrypted_password, raw_app_meta_data, raw_user_meta_data, created_at)
SELECT pg_temp.key('user', i), 'user' || i || '@example.com', '$example$' || md5('p' || i), '{"provider": "email"}',
       jsonb_build_object('name', 'User ' || i), pg_temp.at(i::float8 / users / 2)
FROM p, generate_series(1, users) i;

INSERT INTO storage.buckets (id, name) VALUES ('attachments', 'attachments');
INSERT INTO storage.objects (id, bucket_id, name, owner, created_at)
SELECT pg_temp.key('object', i), 'attachments', i || '/file.pdf', pg_temp.key('user', i), pg_temp.at(i::float8 / users)
FROM p, generate_series(1, users) i;

-- Campaign i, its user and its state: the one place where they are drawn.
CREATE TEMP TABLE c AS
SELECT nr, pg_temp.key('campaign', nr) AS id, user_nr, pg_temp.key('user', user_nr) AS user_id,
       CASE WHEN nr % 20 < 2 THEN 'active' WHEN nr % 20 < 4 THEN 'draft' WHEN nr % 20 < 6 THEN 'paused' ELSE 'completed' END AS status
FROM p, generate_series(1, campaigns) nr, LATERAL (SELECT 1 + floor(users * power(pg_temp.h(nr, seed), skew))::bigint AS user_nr) u;
CREATE UNIQUE INDEX ON c (nr);
ANALYZE c;

INSERT INTO campaigns (id, user_id, name, status, settings, emails_sent_today, created_at, updated_at)
SELECT id, user_id, 'Campaign ' || nr, status, jsonb_build_object('window', '9-17', 'days', nr % 7), nr % 50,
       pg_temp.at(nr::float8 / campaigns), pg_temp.at(nr::float8 / campaigns)
FROM p, c;

INSERT INTO gmail_accounts (id, user_id, email, access_token, refresh_token, token_expires_at, is_active, emails_sent_today, created_at)
SELECT pg_temp.key('gmail', i), pg_temp.key('user', 1 + i % users), 'sender' || i || '@example.com', 'example-' || md5('a' || i) || md5('b' || i),
       'example-' || md5('r' || i) || md5('s' || i), pg_temp.at(1), i % 10 = 0, i % 80, pg_temp.at(i::float8 / users / 20)
FROM p, generate_series(1, users * 20) i;

INSERT INTO leads (id, user_id, campaign_id, email, first_name, company, custom_fields, status, created_at)
SELECT pg_temp.key('lead', i), c.user_id, CASE WHEN i % 100 <> 7 THEN c.id END,
       'lead' || CASE WHEN i % 200 = 3 THEN i - campaigns ELSE i END || '@example.com', 'Person ' || i % 900, 'Company ' || i % 5000,
       jsonb_build_object('city', 'Town ' || i % 300, 'size', i % 50),
       (ARRAY['new', 'contacted', 'contacted', 'contacted', 'replied', 'bounced', 'unsubscribed'])[1 + (i / campaigns) % 7],
       pg_temp.at(i::float8 / n)
FROM p, generate_series(1, n) i JOIN c ON c.nr = 1 + i % (SELECT campaigns FROM p);

INSERT INTO emails (id, user_id, campaign_id, lead_id, gmail_account_id, subject, body, status, scheduled_at, sent_at, created_at)
SELECT pg_temp.key('email', i), c.user_id, c.id, pg_temp.key('lead', 1 + (i - 1) % n), pg_temp.key('gmail', user_nr - 1 + users * (1 + i % 19)),
       'Hello ' || i % 700, 'An example text. ' || md5('body' || i), s.status, pg_temp.at(i::float8 / n / 2),
       CASE WHEN s.status <> 'queued' THEN pg_temp.at(i::float8 / n / 2) END, pg_temp.at(i::float8 / n / 2)
FROM p, generate_series(1, n * 2) i JOIN c ON c.nr = 1 + (1 + (i - 1) % (SELECT n FROM p)) % (SELECT campaigns FROM p),
     LATERAL (SELECT CASE WHEN i > 2 * n - n / 20 THEN 'queued' WHEN i % 50 = 9 THEN 'bounced' WHEN i % 80 = 11 THEN 'failed' ELSE 'sent' END AS status) s;

INSERT INTO agent_jobs (id, user_id, campaign_id, kind, status, payload, created_at, finished_at)
SELECT pg_temp.key('job', i), c.user_id, c.id, (ARRAY['research', 'write', 'send'])[1 + i % 3],
       CASE WHEN i > n - n / 100 THEN (ARRAY['pending', 'running'])[1 + i % 2] WHEN i % 40 = 1 THEN 'failed' ELSE 'done' END,
       jsonb_build_object('attempt', i % 3), pg_temp.at(i::float8 / n), CASE WHEN i <= n - n / 100 THEN pg_temp.at(i::float8 / n) END
FROM p, generate_series(1, n) i JOIN c ON c.nr = 1 + i % (SELECT campaigns FROM p);

INSERT INTO email_tracking_events (user_id, email_id, event_type, event_timestamp, metadata)
SELECT c.user_id, pg_temp.key('email', 1 + (i - 1) % (n * 2)), (ARRAY['delivered', 'opened', 'clicked', 'replied'])[1 + i / (n * 2)],
       pg_temp.at(i::float8 / n / 4), jsonb_build_object('agent', 'Example/' || i % 9)
FROM p, generate_series(1, n * 4 - 1) i JOIN c ON c.nr = 1 + (1 + (i - 1) % (SELECT n FROM p)) % (SELECT campaigns FROM p);

INSERT INTO rate_limit_logs (key, created_at)
SELECT 'user:' || pg_temp.key('user', 1 + floor(users * pg_temp.h(i, seed + 9))::bigint), pg_temp.at(i::float8 / n / 5)
FROM p, generate_series(1, n * 5) i;

INSERT INTO webhook_deliveries (id, user_id, url, payload, response_status, created_at)
SELECT pg_temp.key('hook', i), pg_temp.key('user', 1 + i % users), 'https://hooks.example.com/' || i % users, jsonb_build_object('event', 'email.sent', 'n', i),
       CASE WHEN i % 30 = 0 THEN 500 ELSE 200 END, pg_temp.at(i::float8 / n)
FROM p, generate_series(1, n) i;

DROP TABLE c, p;
RESET session_replication_role;
