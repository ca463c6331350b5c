-- Fills the homeowner product. Plain SQL, one session, one run on an empty schema.
--   SET dbharden.scale = '20000';   number of records in blocks
--   SET dbharden.seed  = '1';       optional; another seed, another distribution of the same shape
-- Every value follows from a row number and the seed. Blocks hold 50, 500, 2,000 and 10,000 records, in turn. The API wrote some blocks,
-- contacts and records with the team undefined: of these, a record's team follows from its block, a contact's from its record, a block's
-- from nothing. Foreign key triggers are off during the load: parents exist by construction.
SET session_replication_role = replica;

CREATE TEMP TABLE p AS
SELECT n, greatest(n / 400, 20) AS teams, n / 2 AS properties, seed
FROM (SELECT current_setting('dbharden.scale')::int AS n,
             coalesce(nullif(current_setting('dbharden.seed', true), ''), '1')::bigint AS seed) s;

-- A key from a kind and a row number.
CREATE FUNCTION pg_temp.key(kind text, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
'SELECT md5(kind || i::text)::uuid';

-- A number in [0, 1) from a row number and a stream.
CREATE FUNCTION pg_temp.h(i bigint, stream bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
'SELECT (hashint8extended(i, stream) & 1073741823)::float8 / 1073741824::float8';

-- Twelve months to the end of 2025; x runs from 0 to 1.
CREATE FUNCTION pg_temp.at(x float8) RETURNS timestamp LANGUAGE sql IMMUTABLE AS
'SELECT timestamp ''2025-01-01'' + x * interval ''365 days''';

INSERT INTO "teams" ("id", "name", "plan", "createdAt")
SELECT pg_temp.key('team', i), 'Team ' || i, (ARRAY['free', 'pro', 'scale'])[1 + i % 3], pg_temp.at(i::float8 / teams / 2) FROM p, generate_series(1, teams) i;

INSERT INTO "users" ("id", "email", "passwordHash", "lastLoginAt", "createdAt")
SELECT pg_temp.key('user', i), 'user' || i || '@example.com', '$example$' || md5('p' || i), pg_temp.at(1), pg_temp.at(i::float8 / teams / 6)
FROM p, generate_series(1, teams * 3) i;

INSERT INTO "typeorm_migrations" ("timestamp", "name")
SELECT 1700000000000 + i * 86400000, 'Change' || i FROM generate_series(1, 12) i;

-- Every fifth user is in two teams.
INSERT INTO "team_members" ("id", "teamId", "userId", "role", "createdAt")
SELECT pg_temp.key('member', i), pg_temp.key('team', 1 + i % teams), pg_temp.key('user', 1 + i % (teams * 3)), CASE WHEN i < teams THEN 'owner' ELSE 'member' END, pg_temp.at(0.5)
FROM p, generate_series(0, teams * 3 - 1) i
UNION ALL
SELECT pg_temp.key('comember', i), pg_temp.key('team', 1 + (i + 1) % teams), pg_temp.key('user', 1 + i % (teams * 3)), 'member', pg_temp.at(0.6)
FROM p, generate_series(0, teams * 3 - 1, 5) i;

INSERT INTO "team_settings" ("id", "teamId", "timezone", "smsFrom")
SELECT pg_temp.key('setting', i), pg_temp.key('team', i), 'UTC', '+1555' || lpad(i::text, 7, '0') FROM p, generate_series(1, teams) i;

INSERT INTO "api_keys" ("id", "teamId", "name", "apiKey", "createdAt")
SELECT pg_temp.key('apikey', i), pg_temp.key('team', 1 + i % teams), 'Key ' || i, 'example-' || md5('key' || i), pg_temp.at(0.5) FROM p, generate_series(1, teams * 2) i;

INSERT INTO "integrations" ("id", "teamId", "provider", "accessToken", "clientSecret", "webhookSecret", "createdAt")
SELECT pg_temp.key('integration', i), pg_temp.key('team', 1 + i % teams), (ARRAY['mailer', 'texter', 'dialer'])[1 + i % 3], 'example-' || md5('t' || i),
       'example-' || md5('c' || i), 'example-' || md5('w' || i), pg_temp.at(0.5)
FROM p, generate_series(1, teams * 3) i;

INSERT INTO "templates" ("id", "teamId", "name", "channel", "body", "createdAt")
SELECT pg_temp.key('template', i), pg_temp.key('team', 1 + i % teams), 'Template ' || i, (ARRAY['email', 'sms', 'call', 'mail'])[1 + i % 4]::"channel_enum", 'Hello, an example.', pg_temp.at(0.5)
FROM p, generate_series(1, teams * 10) i;

INSERT INTO "campaigns" ("id", "teamId", "name", "status", "startsAt", "createdAt")
SELECT pg_temp.key('campaign', i), pg_temp.key('team', 1 + i % teams), 'Campaign ' || i, (ARRAY['draft', 'active', 'done', 'done', 'done'])[1 + (i / teams) % 5], pg_temp.at(0.9), pg_temp.at(i::float8 / teams / 20)
FROM p, generate_series(0, teams * 20 - 1) i;

INSERT INTO "campaign_steps" ("id", "teamId", "campaignId", "templateId", "position", "delayHours")
SELECT pg_temp.key('step', i), pg_temp.key('team', 1 + i % teams), pg_temp.key('campaign', i % (teams * 20)), pg_temp.key('template', i % teams + CASE WHEN i % teams = 0 THEN teams ELSE 0 END), i / (teams * 20), 24
FROM p, generate_series(0, teams * 60 - 1) i;

INSERT INTO "tags" ("id", "teamId", "name", "color")
SELECT pg_temp.key('tag', i), pg_temp.key('team', 1 + i % teams), 'tag-' || i / teams, '#808080' FROM p, generate_series(0, teams * 5 - 1) i;

-- Block b, the first and the last of its records, its team: the one place where they are drawn.
CREATE TEMP TABLE b AS
SELECT nr, 1 + coalesce(sum(size) OVER (ORDER BY nr ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first, sum(size) OVER (ORDER BY nr) AS last,
       1 + (nr + seed) % teams AS team, nr % 12 = 5 AS without_team
FROM p, generate_series(1, greatest(n / 1500, 16)) nr, LATERAL (SELECT (ARRAY[50, 500, 2000, 500, 50, 500, 50, 10000])[1 + nr % 8] AS size) s;
-- Record r, its block, its team.
CREATE TEMP TABLE r AS
SELECT r AS nr, b.nr AS block, b.team, b.without_team, 1 + (r - 1) % properties AS property
FROM p, b, generate_series(b.first, b.last) r;
CREATE INDEX ON r (nr);
ANALYZE b, r;

INSERT INTO "blocks" ("id", "teamId", "name", "status", "recordCount", "createdAt", "finishedAt")
SELECT pg_temp.key('block', nr), CASE WHEN NOT without_team THEN pg_temp.key('team', team) END, 'Block ' || nr, CASE WHEN nr % 20 = 0 THEN 'pending' ELSE 'done' END, last - first + 1,
       pg_temp.at(nr::float8 / (SELECT max(nr) FROM b)), CASE WHEN nr % 20 <> 0 THEN pg_temp.at(nr::float8 / (SELECT max(nr) FROM b)) END
FROM b;

INSERT INTO "properties" ("id", "address", "city", "state", "zip", "ownerName", "estimatedValue", "lastSaleAt", "createdAt", "updatedAt")
SELECT pg_temp.key('property', i), i || ' Example Street', 'Town ' || i % 300, 'X' || chr((65 + i % 26)::int), lpad((i % 90000)::text, 5, '0'), 'Owner ' || i, 100000 + (i % 900) * 1000,
       pg_temp.at(pg_temp.h(i, seed)), pg_temp.at(i::float8 / properties), pg_temp.at(1)
FROM p, generate_series(1, properties) i;

-- A contact a record: nobody looks whether the person is there already, so one in five phone numbers occurs more than once.
INSERT INTO "contacts" ("id", "teamId", "propertyId", "firstName", "lastName", "phone", "email", "createdAt")
SELECT pg_temp.key('contact', nr), CASE WHEN NOT without_team AND nr % 50 <> 0 THEN pg_temp.key('team', team) END, pg_temp.key('property', property), 'First ' || nr % 900, 'Last ' || nr % 7000,
       '+1555' || lpad((CASE WHEN nr % 5 = 0 THEN nr / 10 ELSE nr END)::text, 7, '0'), 'owner' || nr || '@example.com', pg_temp.at(nr::float8 / (SELECT max(nr) FROM r))
FROM r;

INSERT INTO "block_records" ("id", "teamId", "blockId", "propertyId", "contactId", "status", "createdAt")
SELECT pg_temp.key('record', nr), CASE WHEN NOT without_team AND nr % 40 <> 0 THEN pg_temp.key('team', team) END, pg_temp.key('block', block), pg_temp.key('property', property), pg_temp.key('contact', nr),
       CASE WHEN block % 20 = 0 THEN 'pending' ELSE 'done' END, pg_temp.at(nr::float8 / (SELECT max(nr) FROM r))
FROM r;

INSERT INTO "contact_phones" ("id", "teamId", "contactId", "phone", "kind")
SELECT pg_temp.key('phone', nr), pg_temp.key('team', team), pg_temp.key('contact', nr), '+1555' || lpad(nr::text, 7, '0'), 'mobile' FROM r;
INSERT INTO "contact_emails" ("id", "teamId", "contactId", "email")
SELECT pg_temp.key('email', nr), pg_temp.key('team', team), pg_temp.key('contact', nr), 'owner' || nr || '@example.com' FROM r WHERE nr % 2 = 0;
INSERT INTO "campaign_recipients" ("id", "teamId", "campaignId", "contactId", "status", "createdAt")
SELECT pg_temp.key('recipient', nr), pg_temp.key('team', team), pg_temp.key('campaign', team - 1 + teams * (nr % 20)), pg_temp.key('contact', nr), CASE WHEN nr % 30 = 0 THEN 'pending' ELSE 'sent' END, pg_temp.at(0.9)
FROM p, r;
INSERT INTO "enrichment_jobs" ("id", "teamId", "blockId", "status", "attempts", "createdAt", "finishedAt")
SELECT pg_temp.key('job', nr), pg_temp.key('team', team), pg_temp.key('block', nr), CASE WHEN nr % 20 = 0 THEN 'pending' ELSE 'done' END, 1, pg_temp.at(0.9), pg_temp.at(0.9) FROM b;
INSERT INTO "enrichment_results" ("id", "teamId", "jobId", "contactId", "payload", "createdAt")
SELECT pg_temp.key('result', nr), pg_temp.key('team', team), pg_temp.key('job', block), pg_temp.key('contact', nr), jsonb_build_object('score', nr % 100), pg_temp.at(0.9) FROM r;
INSERT INTO "messages" ("id", "teamId", "contactId", "campaignId", "channel", "status", "body", "createdAt", "sentAt")
SELECT pg_temp.key('message', nr), pg_temp.key('team', team), pg_temp.key('contact', nr), pg_temp.key('campaign', team - 1 + teams * (nr % 20)), (ARRAY['email', 'sms'])[1 + nr % 2]::"channel_enum",
       CASE WHEN nr % 60 = 0 THEN 'queued' ELSE 'sent' END, 'Hello, an example.', pg_temp.at(nr::float8 / (SELECT max(nr) FROM r)), pg_temp.at(nr::float8 / (SELECT max(nr) FROM r))
FROM p, r;
INSERT INTO "message_events" ("id", "teamId", "messageId", "type", "occurredAt")
SELECT pg_temp.key('event', nr * 2 + k), pg_temp.key('team', team), pg_temp.key('message', nr), (ARRAY['delivered', 'opened'])[1 + k], pg_temp.at(nr::float8 / (SELECT max(nr) FROM r))
FROM r, generate_series(0, 1) k;
INSERT INTO "call_logs" ("id", "teamId", "contactId", "durationSeconds", "outcome", "createdAt")
SELECT pg_temp.key('call', nr), pg_temp.key('team', team), pg_temp.key('contact', nr), nr % 300, 'voicemail', pg_temp.at(0.9) FROM r WHERE nr % 4 = 0;
INSERT INTO "mail_pieces" ("id", "teamId", "contactId", "templateId", "status", "createdAt")
SELECT pg_temp.key('mail', nr), pg_temp.key('team', team), pg_temp.key('contact', nr), NULL, 'delivered', pg_temp.at(0.9) FROM r WHERE nr % 10 = 0;
INSERT INTO "contact_tags" ("id", "teamId", "contactId", "tagId")
SELECT pg_temp.key('contacttag', nr), pg_temp.key('team', team), pg_temp.key('contact', nr), pg_temp.key('tag', team - 1 + teams * (nr % 5)) FROM p, r WHERE nr % 3 = 0;
INSERT INTO "suppressions" ("id", "teamId", "channel", "address", "reason", "createdAt")
SELECT pg_temp.key('suppression', i), pg_temp.key('team', 1 + i % teams), 'email', 'stop' || i || '@example.com', 'asked to', pg_temp.at(0.9) FROM p, generate_series(1, n / 10) i;
INSERT INTO "usage_records" ("id", "teamId", "metric", "quantity", "recordedAt")
SELECT pg_temp.key('usage', i), pg_temp.key('team', 1 + i % teams), 'records', i % 500, pg_temp.at(i::float8 / n) FROM p, generate_series(1, n) i;

DROP TABLE r, b, p;
RESET session_replication_role;
