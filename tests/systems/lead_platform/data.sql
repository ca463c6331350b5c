-- Fills the lead platform. Plain SQL, one session, one run on an empty schema.
--   SET dbharden.scale = '20000';   number of leads
--   SET dbharden.seed  = '1';       optional; another seed, another distribution of the same shape
-- Every value follows from a row number and the seed, so the same settings give the same rows. A "slot" is a campaign with
-- what belongs to it: its owner is drawn by a power law (the largest tenant has about 5 % of everything), and leads,
-- companies, videos and threads hang from slots, so parents and children always have the same tenant. No query here reads a
-- table it has just filled, and foreign key triggers are off during the load, because parents exist by construction.
SET session_replication_role = replica;

CREATE TEMP TABLE p AS
SELECT n, users, greatest(n / 10, 50) AS slots, seed,
       ln(users::float8) / ln(20::float8) AS skew
FROM (SELECT n, greatest(n / 100, 50) AS users, seed
      FROM (SELECT current_setting('dbharden.scale')::int AS n,
                   coalesce(nullif(current_setting('dbharden.seed', true), ''), '1')::bigint AS seed) s) t;

-- A key of a cuid's width that rises with the row number, as real ones rise with time.
CREATE FUNCTION pg_temp.cuid(kind text, i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
'SELECT ''cl'' || kind || lpad(to_hex(i), 8, ''0'') || substr(md5(kind || i::text), 1, 13)';

-- A number in [0, 1) from a row number and a stream.
CREATE FUNCTION pg_temp.h(i bigint, stream bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
'SELECT (hashint8extended(i, stream) & 1073741823)::float8 / 1073741824::float8';

-- 24 months to the end of 2025, denser towards the end; x runs from 0 to 1.
CREATE FUNCTION pg_temp.at(x float8) RETURNS timestamp LANGUAGE sql IMMUTABLE AS
'SELECT timestamp ''2024-01-01'' + power(x, 0.65::float8) * interval ''730 days''';

-- The owner of a slot, 1 to users.
CREATE FUNCTION pg_temp.owner(slot bigint, users int, skew float8, seed bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
'SELECT 1 + floor(users * power(pg_temp.h(slot, seed), skew))::bigint';

-- Look-up tables.
INSERT INTO "Country" ("code", "name", "dialCode", "currency")
SELECT 'X' || chr(64 + i), 'Country ' || i, '+9' || lpad(i::text, 2, '0'), CASE WHEN i % 3 = 0 THEN 'eur' ELSE 'usd' END
FROM generate_series(1, 26) i;

INSERT INTO "Plan" ("id", "slug", "name", "monthlyLeads", "maxCampaigns", "features", "isActive", "createdAt", "updatedAt")
SELECT pg_temp.cuid('pl', i), 'plan-' || i, 'Plan ' || i, 500 * i * i, 5 * i, jsonb_build_object('video', i > 2, 'seats', i),
       i < 6, timestamp '2024-01-01', timestamp '2024-01-01'
FROM generate_series(1, 6) i;

INSERT INTO "Price" ("id", "planId", "stripePriceId", "currency", "unitAmount", "interval", "active", "createdAt")
SELECT pg_temp.cuid('pr', i), pg_temp.cuid('pl', 1 + i % 6), 'price_example_' || i, CASE WHEN i < 12 THEN 'usd' ELSE 'eur' END,
       1900 * (1 + i % 6), CASE WHEN i % 4 < 2 THEN 'MONTH' ELSE 'YEAR' END::"BillingInterval", i % 5 <> 0, timestamp '2024-01-01'
FROM generate_series(0, 23) i;

INSERT INTO "FeatureFlag" ("id", "key", "description", "enabled", "rollout", "updatedAt")
SELECT pg_temp.cuid('ff', i), 'flag-' || i, 'Example flag ' || i, i % 3 = 0, i * 4, timestamp '2025-06-01'
FROM generate_series(1, 24) i;

-- Users and what each has one or a few of.
INSERT INTO "User" ("id", "email", "name", "passwordHash", "role", "companyName", "countryCode", "creditBalance", "emailVerifiedAt", "lastLoginAt", "createdAt", "updatedAt")
SELECT pg_temp.cuid('us', i), 'user' || i || '@example.com', CASE WHEN i % 20 <> 0 THEN 'User ' || i END,
       '$example$' || md5('p' || i) || md5('q' || i), CASE WHEN i % 97 = 0 THEN 'ADMIN' WHEN i % 41 = 0 THEN 'SUPPORT' WHEN i % 5 = 0 THEN 'MEMBER' ELSE 'OWNER' END::"UserRole",
       CASE WHEN i % 3 <> 0 THEN 'Agency ' || i END, 'X' || chr(65 + (i % 26)), (i * 37) % 5000,
       CASE WHEN i % 12 <> 0 THEN pg_temp.at(i::float8 / users) END,
       CASE WHEN i % 9 <> 0 THEN timestamp '2025-12-31' - pg_temp.h(i, seed + 2) * interval '60 days' END,
       pg_temp.at(i::float8 / users), timestamp '2025-12-31'
FROM p, generate_series(1, users) i;

INSERT INTO "Settings" ("id", "userId", "locale", "timezone", "theme", "emailSignature", "dailySendLimit", "preferences", "updatedAt")
SELECT pg_temp.cuid('se', i), pg_temp.cuid('us', i), CASE WHEN i % 4 = 0 THEN 'de' ELSE 'en' END, 'UTC',
       CASE WHEN i % 3 = 0 THEN 'dark' ELSE 'light' END, CASE WHEN i % 2 = 0 THEN 'Regards, user ' || i END, 100,
       jsonb_build_object('digest', i % 2 = 0, 'beta', i % 10 = 0), timestamp '2025-12-01'
FROM p, generate_series(1, users) i;

INSERT INTO "UserStats" ("id", "userId", "leadCount", "campaignCount", "emailsSent", "openRate", "replyRate", "updatedAt")
SELECT pg_temp.cuid('ut', i), pg_temp.cuid('us', i), (i * 13) % 900, (i * 7) % 40, (i * 131) % 9000, pg_temp.h(i, seed + 3) / 2,
       pg_temp.h(i, seed + 4) / 10, timestamp '2025-12-31'
FROM p, generate_series(1, users) i;

INSERT INTO "Subscription" ("id", "userId", "planId", "priceId", "stripeSubscriptionId", "status", "currentPeriodEnd", "cancelAtPeriodEnd", "createdAt", "updatedAt")
SELECT pg_temp.cuid('su', i), pg_temp.cuid('us', i), pg_temp.cuid('pl', 1 + i % 6), pg_temp.cuid('pr', i % 6), 'sub_example_' || i,
       CASE WHEN i % 10 < 7 THEN 'ACTIVE' WHEN i % 10 = 7 THEN 'TRIALING' WHEN i % 10 = 8 THEN 'CANCELED' ELSE 'PAST_DUE' END::"SubscriptionStatus",
       timestamp '2026-01-01' + (i % 30) * interval '1 day', i % 25 = 0, pg_temp.at(i::float8 / users), timestamp '2025-12-31'
FROM p, generate_series(1, users) i;

INSERT INTO "Creator" ("id", "userId", "handle", "displayName", "bio", "payoutEmail", "createdAt", "updatedAt")
SELECT pg_temp.cuid('cr', i), pg_temp.cuid('us', i), 'creator' || i, 'Creator ' || i, CASE WHEN i % 2 = 0 THEN 'Example bio ' || i END,
       'payout' || i || '@example.com', pg_temp.at(i::float8 / users), timestamp '2025-12-31'
FROM p, generate_series(1, users) i;

INSERT INTO "ApiKey" ("id", "userId", "name", "keyHash", "lastUsedAt", "revokedAt", "createdAt")
SELECT pg_temp.cuid('ak', i), pg_temp.cuid('us', 1 + i % users), 'Key ' || i, md5('key' || i), CASE WHEN i % 3 = 0 THEN timestamp '2025-12-30' END,
       CASE WHEN i % 8 = 0 THEN timestamp '2025-11-30' END, pg_temp.at(i::float8 / users / 2)
FROM p, generate_series(1, users * 2) i;

INSERT INTO "Webhook" ("id", "userId", "url", "secret", "events", "isActive", "createdAt", "updatedAt")
SELECT pg_temp.cuid('wh', i), pg_temp.cuid('us', 1 + i % users), 'https://hooks.example.com/' || i, md5('hook' || i), 'lead.created,lead.updated',
       i % 7 <> 0, pg_temp.at(i::float8 / users / 2), timestamp '2025-12-01'
FROM p, generate_series(1, users * 2) i;

INSERT INTO "EmailAccount" ("id", "userId", "email", "provider", "smtpHost", "dailySent", "isActive", "lastSyncAt", "createdAt")
SELECT pg_temp.cuid('ea', i), pg_temp.cuid('us', 1 + i % users), 'sender' || i || '@example.com', CASE WHEN i % 3 = 0 THEN 'smtp' ELSE 'gmail' END,
       CASE WHEN i % 3 = 0 THEN 'smtp.example.com' END, i % 80, i % 11 <> 0, timestamp '2025-12-31', pg_temp.at(i::float8 / users / 2)
FROM p, generate_series(1, users * 2) i;

INSERT INTO "Tag" ("id", "userId", "name", "color", "createdAt")
SELECT pg_temp.cuid('tg', i), pg_temp.cuid('us', 1 + i % users), 'tag-' || i / users, '#88' || lpad((i % 10000)::text, 4, '0'), timestamp '2024-06-01'
FROM p, generate_series(0, users * 5 - 1) i;

-- One or more rows a slot.
INSERT INTO "Session" ("id", "sessionToken", "userId", "userAgent", "expiresAt", "createdAt")
SELECT pg_temp.cuid('ss', i), md5('s' || i) || md5('t' || i), pg_temp.cuid('us', 1 + floor(users * pg_temp.h(i, seed + 5))::bigint), 'ExampleBrowser/' || i % 9,
       pg_temp.at(i::float8 / slots) + interval '30 days', pg_temp.at(i::float8 / slots)
FROM p, generate_series(1, slots) i;

INSERT INTO "PaymentRecord" ("id", "userId", "subscriptionId", "amount", "currency", "status", "stripePaymentId", "failureReason", "createdAt")
SELECT pg_temp.cuid('pa', i), pg_temp.cuid('us', o), CASE WHEN i % 50 <> 0 THEN pg_temp.cuid('su', o) END, 1900 * (1 + i % 6), 'usd',
       CASE WHEN i % 40 = 0 THEN 'FAILED' WHEN i % 100 = 1 THEN 'REFUNDED' WHEN i % 200 = 3 THEN 'PENDING' ELSE 'SUCCEEDED' END::"PaymentStatus",
       'pay_example_' || i, CASE WHEN i % 40 = 0 THEN 'card declined' END, pg_temp.at(i::float8 / slots)
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "Invoice" ("id", "userId", "number", "amountDue", "amountPaid", "pdfUrl", "dueAt", "paidAt", "createdAt")
SELECT pg_temp.cuid('in', i), pg_temp.cuid('us', o), 'EX-' || lpad(i::text, 8, '0'), 1900 * (1 + i % 6), CASE WHEN i % 30 <> 0 THEN 1900 * (1 + i % 6) ELSE 0 END,
       'https://example.com/files/invoice/' || i, pg_temp.at(i::float8 / slots) + interval '14 days',
       CASE WHEN i % 30 <> 0 THEN pg_temp.at(i::float8 / slots) + interval '3 days' END, pg_temp.at(i::float8 / slots)
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "CreditTransaction" ("id", "userId", "amount", "balanceAfter", "reason", "createdAt")
SELECT pg_temp.cuid('ct', i), pg_temp.cuid('us', o), (i % 21) - 10, i % 5000, CASE WHEN i % 5 = 0 THEN 'top-up' ELSE 'enrichment' END, pg_temp.at(i::float8 / slots / 2)
FROM (SELECT i, slots, pg_temp.owner(i % slots, users, skew, seed) AS o FROM p, generate_series(0, slots * 2 - 1) i OFFSET 0) x;

INSERT INTO "Company" ("id", "userId", "name", "domain", "industry", "employeeCount", "countryCode", "enrichment", "createdAt", "updatedAt")
SELECT pg_temp.cuid('co', i), pg_temp.cuid('us', o), 'Company ' || md5('c' || i), CASE WHEN i % 15 <> 0 THEN 'company' || i || '.example.com' END,
       'industry ' || i % 17, CASE WHEN i % 6 <> 0 THEN 1 + i % 900 END, 'X' || chr(65 + i % 26),
       jsonb_build_object('source', 'example', 'digest', md5('e' || i), 'revenue', i % 100000), pg_temp.at(i::float8 / slots / 2), timestamp '2025-12-31'
FROM (SELECT i, slots, pg_temp.owner(i / 2, users, skew, seed) AS o FROM p, generate_series(0, slots * 2 - 1) i OFFSET 0) x;

INSERT INTO "Contact" ("id", "userId", "companyId", "firstName", "lastName", "email", "phone", "position", "createdAt", "updatedAt")
SELECT pg_temp.cuid('cn', i), pg_temp.cuid('us', o), CASE WHEN i % 25 <> 0 THEN pg_temp.cuid('co', i) END, 'First' || i % 400, 'Last' || md5('l' || i),
       CASE WHEN i % 10 <> 0 THEN 'contact' || i || '@example.com' END, CASE WHEN i % 3 = 0 THEN '+99 000 ' || i END, 'position ' || i % 30,
       pg_temp.at(i::float8 / slots / 2), timestamp '2025-12-31'
FROM (SELECT i, slots, pg_temp.owner(i / 2, users, skew, seed) AS o FROM p, generate_series(0, slots * 2 - 1) i OFFSET 0) x;

INSERT INTO "Campaign" ("id", "userId", "name", "status", "subject", "fromName", "dailyLimit", "schedule", "startedAt", "createdAt", "updatedAt")
SELECT pg_temp.cuid('ca', i), pg_temp.cuid('us', o), 'Campaign ' || i,
       CASE WHEN r < 0.62 THEN 'COMPLETED' WHEN r < 0.80 THEN 'DRAFT' WHEN r < 0.92 THEN 'PAUSED' WHEN r < 0.98 THEN 'RUNNING' ELSE 'SCHEDULED' END::"CampaignStatus",
       'Example subject ' || i, 'Sender ' || i % 50, 50, jsonb_build_object('days', 'mon-fri', 'from', 9, 'to', 17, 'audience', md5('a' || i) || md5('b' || i)),
       CASE WHEN r < 0.98 AND r > 0.80 OR r < 0.62 THEN pg_temp.at(i::float8 / slots) + interval '2 days' END, pg_temp.at(i::float8 / slots), timestamp '2025-12-31'
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o, pg_temp.h(i, seed + 6) AS r FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "CampaignStep" ("id", "campaignId", "position", "subject", "body", "delayHours", "createdAt")
SELECT pg_temp.cuid('cs', i), pg_temp.cuid('ca', i / 2), i % 2, 'Step ' || i % 2, 'Example body ' || md5('b' || i), 24 * (1 + i % 4), pg_temp.at(i::float8 / slots / 2)
FROM p, generate_series(0, slots * 2 - 1) i;

INSERT INTO "EmailTemplate" ("id", "userId", "name", "category", "subject", "body", "variables", "usageCount", "createdAt", "updatedAt")
SELECT pg_temp.cuid('et', i), pg_temp.cuid('us', o), 'Template ' || i,
       CASE WHEN r < 0.5 THEN 'OUTREACH' WHEN r < 0.78 THEN 'FOLLOW_UP' WHEN r < 0.9 THEN 'NURTURE' WHEN r < 0.96 THEN 'EVENT' ELSE 'TRANSACTIONAL' END::"TemplateCategory",
       'Example subject ' || i, 'Dear {{firstName}}, ' || md5('1' || i) || ' ' || md5('2' || i) || ' ' || md5('3' || i) || ' ' || md5('4' || i) || ' ' || md5('5' || i),
       jsonb_build_object('firstName', 'there'), i % 200, pg_temp.at(i::float8 / slots / 2), timestamp '2025-12-31'
FROM (SELECT i, slots, pg_temp.owner(i % slots, users, skew, seed) AS o, pg_temp.h(i, seed + 7) AS r FROM p, generate_series(0, slots * 2 - 1) i OFFSET 0) x;

INSERT INTO "Unsubscribe" ("id", "userId", "email", "reason", "createdAt")
SELECT pg_temp.cuid('un', i), pg_temp.cuid('us', o), 'gone' || i || '@example.com', CASE WHEN i % 4 = 0 THEN 'not interested' END, pg_temp.at(i::float8 / slots)
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "Website" ("id", "userId", "name", "domain", "status", "theme", "seoTitle", "publishedAt", "createdAt", "updatedAt")
SELECT pg_temp.cuid('we', i), pg_temp.cuid('us', o), 'Website ' || i, 'site' || i || '.example.com',
       CASE WHEN r < 0.6 THEN 'PUBLISHED' WHEN r < 0.92 THEN 'DRAFT' ELSE 'ARCHIVED' END::"WebsiteStatus",
       jsonb_build_object('font', 'sans', 'palette', md5('w' || i) || md5('x' || i) || md5('y' || i)), CASE WHEN i % 3 <> 0 THEN 'Example site ' || i END,
       CASE WHEN r < 0.6 THEN pg_temp.at(i::float8 / slots) END, pg_temp.at(i::float8 / slots), timestamp '2025-12-31'
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o, pg_temp.h(i, seed + 8) AS r FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "WebsitePage" ("id", "websiteId", "slug", "title", "content", "position", "updatedAt")
SELECT pg_temp.cuid('wp', i), pg_temp.cuid('we', i / 2), 'page-' || i % 2, 'Page ' || i % 2, jsonb_build_object('hero', md5('h' || i), 'blocks', i % 7), i % 2, timestamp '2025-12-01'
FROM p, generate_series(0, slots * 2 - 1) i;

INSERT INTO "WebsiteAnalytics" ("id", "websiteId", "date", "visitors", "pageViews", "formSubmits", "bounceRate")
SELECT pg_temp.cuid('wa', i), pg_temp.cuid('we', i / 7), timestamp '2025-12-25' + (i % 7) * interval '1 day', (i * 7) % 300, (i * 11) % 900, i % 9, pg_temp.h(i, seed + 9)
FROM p, generate_series(0, slots * 7 - 1) i;

INSERT INTO "Video" ("id", "userId", "creatorId", "title", "description", "playbackUrl", "durationSeconds", "published", "createdAt", "updatedAt")
SELECT pg_temp.cuid('vi', i), pg_temp.cuid('us', o), pg_temp.cuid('cr', o), 'Video ' || i, CASE WHEN i % 2 = 0 THEN 'Example video ' || i END,
       'https://video.example.com/' || i, 30 + i % 600, i % 5 <> 0, pg_temp.at(i::float8 / slots), timestamp '2025-12-31'
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "VideoView" ("id", "videoId", "sessionId", "watchedSeconds", "referrer", "createdAt")
SELECT pg_temp.cuid('vv', i), pg_temp.cuid('vi', v), md5('s' || i / 2), i % 300, CASE WHEN i % 3 = 0 THEN 'https://ref.example.com/' || i % 40 END, pg_temp.at(i::float8 / n * 2)
FROM (SELECT i, n, CASE WHEN i % 8 = 0 THEN 7 ELSE floor(slots * pg_temp.h(i / 2, seed + 10))::bigint END AS v FROM p, generate_series(1, n / 2) i OFFSET 0) x;

INSERT INTO "VideoUpload" ("id", "userId", "videoId", "fileName", "sizeBytes", "status", "progress", "transcript", "metadata", "errorMessage", "createdAt", "updatedAt")
SELECT pg_temp.cuid('vu', i), pg_temp.cuid('us', o), CASE WHEN i % 12 <> 0 THEN pg_temp.cuid('vi', i % slots) END, 'clip-' || i || '.mp4', 1000000 + (i::bigint * 7919) % 90000000,
       CASE WHEN r < 0.986 THEN 'DONE' WHEN r < 0.998 THEN 'FAILED' WHEN r < 0.9992 THEN 'PENDING' ELSE 'PROCESSING' END::"UploadStatus",
       CASE WHEN r < 0.986 THEN 100 ELSE i % 100 END,
       CASE WHEN r < 0.986 THEN 'Example transcript ' || a || b || md5(a) || md5(b) || md5(a || b) || md5(b || a) END,
       jsonb_build_object('codec', 'h264', 'width', 1920, 'height', 1080, 'checksum', a || b), CASE WHEN r BETWEEN 0.986 AND 0.998 THEN 'transcoding failed' END,
       c, c + interval '5 minutes'
FROM (SELECT i, slots, pg_temp.owner(i % slots, users, skew, seed) AS o, pg_temp.h(i, seed + 11) AS r, md5('a' || i) AS a, md5('b' || i) AS b,
             pg_temp.at(i::float8 / n / 2) AS c
      FROM p, generate_series(0, n * 2 - 1) i OFFSET 0) x;

INSERT INTO "VideoComment" ("id", "videoId", "authorName", "authorEmail", "body", "approved", "createdAt")
SELECT pg_temp.cuid('vc', i), pg_temp.cuid('vi', i % slots), 'Viewer ' || i % 999, CASE WHEN i % 4 = 0 THEN 'viewer' || i || '@example.com' END, 'Example comment ' || md5('c' || i),
       i % 6 <> 0, pg_temp.at(i::float8 / slots / 2)
FROM p, generate_series(0, slots * 2 - 1) i;

INSERT INTO "CreatorEarning" ("id", "creatorId", "videoId", "amount", "status", "period", "createdAt")
SELECT pg_temp.cuid('ce', i), pg_temp.cuid('cr', o), CASE WHEN i % 9 <> 0 THEN pg_temp.cuid('vi', i % slots) END, 50 + i % 2000,
       CASE WHEN i % 10 < 9 THEN 'PAID' ELSE 'PENDING' END::"EarningStatus", '2025-' || lpad((1 + i % 12)::text, 2, '0'), pg_temp.at(i::float8 / slots / 2)
FROM (SELECT i, slots, pg_temp.owner(i % slots, users, skew, seed) AS o FROM p, generate_series(0, slots * 2 - 1) i OFFSET 0) x;

INSERT INTO "AiBuilderSite" ("id", "userId", "prompt", "title", "draft", "published", "createdAt", "updatedAt")
SELECT pg_temp.cuid('as', i), pg_temp.cuid('us', o), 'Example prompt ' || md5('p' || i), CASE WHEN i % 7 <> 0 THEN 'Draft ' || i END, jsonb_build_object('sections', i % 9, 'hash', md5('d' || i)),
       i % 4 = 0, pg_temp.at(i::float8 / slots), pg_temp.at(i::float8 / slots) + interval '1 day'
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "AiBuilderVersion" ("id", "siteId", "version", "html", "createdAt")
SELECT pg_temp.cuid('av', i), pg_temp.cuid('as', i / 2), 1 + i % 2, '<main>' || md5('v' || i) || md5('w' || i) || '</main>', pg_temp.at(i::float8 / slots / 2)
FROM p, generate_series(0, slots * 2 - 1) i;

INSERT INTO "Conversation" ("id", "userId", "title", "model", "lastMessageAt", "createdAt")
SELECT pg_temp.cuid('cv', i), pg_temp.cuid('us', o), CASE WHEN i % 5 <> 0 THEN 'Chat ' || i END, 'example-model', pg_temp.at(i::float8 / slots) + interval '1 hour', pg_temp.at(i::float8 / slots)
FROM (SELECT i, slots, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "ConversationMessage" ("id", "conversationId", "role", "content", "tokens", "createdAt")
SELECT pg_temp.cuid('cm', i), pg_temp.cuid('cv', i / 3), CASE WHEN i % 2 = 0 THEN 'user' ELSE 'assistant' END, 'Example message ' || md5('m' || i), 20 + i % 500,
       pg_temp.at(i::float8 / slots / 3)
FROM p, generate_series(0, slots * 3 - 1) i;

INSERT INTO "InboxThread" ("id", "userId", "subject", "participantEmail", "unreadCount", "archived", "lastMessageAt", "createdAt")
SELECT pg_temp.cuid('it', i), pg_temp.cuid('us', o), 'Re: example ' || md5('t' || i), 'lead' || i || '@example.com', CASE WHEN i % 6 = 0 THEN i % 4 ELSE 0 END, i % 5 = 0,
       pg_temp.at(pg_temp.h(i, seed + 12)), pg_temp.at(i::float8 / slots)
FROM (SELECT i, slots, seed, pg_temp.owner(i, users, skew, seed) AS o FROM p, generate_series(0, slots - 1) i OFFSET 0) x;

INSERT INTO "InboxMessage" ("id", "threadId", "direction", "fromEmail", "toEmail", "body", "readAt", "createdAt")
SELECT pg_temp.cuid('im', i), pg_temp.cuid('it', floor(slots * power(pg_temp.h(i, seed + 13), 1.2::float8))::bigint), CASE WHEN i % 3 = 0 THEN 'OUTBOUND' ELSE 'INBOUND' END::"MessageDirection",
       'lead' || i || '@example.com', 'sender' || i % 100 || '@example.com', 'Example text ' || md5('f' || i) || md5('g' || i) || md5('h' || i),
       CASE WHEN i % 10 <> 0 THEN pg_temp.at(i::float8 / n * 2) + interval '2 hours' END, pg_temp.at(i::float8 / n * 2)
FROM p, generate_series(1, n / 2) i;

INSERT INTO "Notification" ("id", "userId", "kind", "title", "body", "readAt", "createdAt")
SELECT pg_temp.cuid('no', i), pg_temp.cuid('us', o), 'kind-' || i % 12, 'Example notice ' || i, CASE WHEN i % 2 = 0 THEN 'Details ' || md5('n' || i) END,
       CASE WHEN r > 0.05 THEN c + interval '1 day' END, c
FROM (SELECT i, pg_temp.owner(floor(slots * pg_temp.h(i, seed + 14))::bigint, users, skew, seed) AS o, pg_temp.h(i, seed + 15) AS r, pg_temp.at(i::float8 / n * 2) AS c
      FROM p, generate_series(1, n / 2) i OFFSET 0) x;

INSERT INTO "AuditLog" ("id", "userId", "action", "entity", "entityId", "changes", "ipAddress", "createdAt")
SELECT pg_temp.cuid('al', i), pg_temp.cuid('us', o), CASE WHEN i % 7 = 0 THEN 'delete' WHEN i % 3 = 0 THEN 'create' ELSE 'update' END, 'Lead', pg_temp.cuid('le', i),
       jsonb_build_object('digest', md5('z' || i)), '192.0.2.' || i % 250, pg_temp.at(i::float8 / n * 2)
FROM (SELECT i, n, pg_temp.owner(floor(slots * pg_temp.h(i, seed + 16))::bigint, users, skew, seed) AS o FROM p, generate_series(1, n / 2) i OFFSET 0) x;

INSERT INTO "WebhookDelivery" ("id", "webhookId", "event", "payload", "status", "attempts", "responseCode", "nextAttemptAt", "createdAt")
SELECT pg_temp.cuid('wd', i), pg_temp.cuid('wh', 1 + floor(users * 2 * pg_temp.h(i, seed + 17))::bigint), 'lead.created', jsonb_build_object('id', i, 'digest', md5('k' || i)),
       CASE WHEN r < 0.004 THEN 'PENDING' WHEN r < 0.02 THEN 'FAILED' ELSE 'DELIVERED' END::"DeliveryStatus", CASE WHEN r < 0.02 THEN 1 + i % 5 ELSE 1 END,
       CASE WHEN r < 0.004 THEN NULL WHEN r < 0.02 THEN 500 ELSE 200 END, c + interval '1 minute', c
FROM (SELECT i, users, seed, pg_temp.h(i, seed + 18) AS r, pg_temp.at(i::float8 / n * 2) AS c FROM p, generate_series(1, n / 2) i OFFSET 0) x;

-- Leads, what belongs to each, and their events.
INSERT INTO "Lead" ("id", "userId", "companyId", "campaignId", "email", "firstName", "lastName", "phone", "jobTitle", "source", "status", "score", "enrichment", "lastContactedAt", "createdAt", "updatedAt")
SELECT pg_temp.cuid('le', i), pg_temp.cuid('us', pg_temp.owner(slot, users, skew, seed)), CASE WHEN i % 25 <> 0 THEN pg_temp.cuid('co', slot * 2 + i % 2) END,
       CASE WHEN i % 10 <> 0 THEN pg_temp.cuid('ca', slot) END,
       'lead' || CASE WHEN i % 200 = 0 THEN i - 1 ELSE i END || '@example.com', 'First' || i % 500, 'Last' || i % 3000, CASE WHEN i % 3 = 0 THEN '+99 555 ' || i END,
       CASE WHEN i % 4 <> 0 THEN 'title ' || i % 60 END, CASE WHEN i % 5 = 0 THEN 'import' WHEN i % 5 = 1 THEN 'form' ELSE 'search' END,
       CASE WHEN r < 0.40 THEN 'NEW' WHEN r < 0.65 THEN 'CONTACTED' WHEN r < 0.83 THEN 'LOST' WHEN r < 0.95 THEN 'QUALIFIED' ELSE 'CONVERTED' END::"LeadStatus",
       floor(r2 * 100)::int, jsonb_build_object('provider', 'example', 'profile', a || b || md5(a) || md5(b), 'technologies', md5(a || b) || md5(b || a), 'confidence', r2),
       CASE WHEN r >= 0.40 THEN c + interval '3 days' END, c, c + interval '4 days'
FROM (SELECT i, users, skew, seed, floor(slots * power(pg_temp.h(i, seed + 1), 1.3::float8))::bigint AS slot, pg_temp.h(i, seed + 19) AS r, pg_temp.h(i, seed + 20) AS r2,
             md5('l' || i) AS a, md5('m' || i) AS b, pg_temp.at(i::float8 / n) AS c
      FROM p, generate_series(1, n) i OFFSET 0) x;

INSERT INTO "_LeadToTag" ("A", "B")
SELECT pg_temp.cuid('le', i * 4), pg_temp.cuid('tg', pg_temp.owner(slot, users, skew, seed) - 1 + users * (i % 5))
FROM (SELECT i, users, skew, seed, floor(slots * power(pg_temp.h(i * 4, seed + 1), 1.3::float8))::bigint AS slot FROM p, generate_series(1, n / 4) i OFFSET 0) x;

INSERT INTO "Deal" ("id", "userId", "leadId", "title", "stage", "amount", "currency", "expectedCloseAt", "closedAt", "createdAt", "updatedAt")
SELECT pg_temp.cuid('de', i), pg_temp.cuid('us', pg_temp.owner(slot, users, skew, seed)), CASE WHEN i % 11 <> 0 THEN pg_temp.cuid('le', i * 5) END, 'Deal ' || md5('d' || i),
       CASE WHEN r < 0.45 THEN 'LOST' WHEN r < 0.75 THEN 'WON' WHEN r < 0.88 THEN 'OPEN' WHEN r < 0.95 THEN 'PROPOSAL' ELSE 'NEGOTIATION' END::"DealStage",
       1000 + i % 90000, 'usd', c + interval '60 days', CASE WHEN r < 0.75 THEN c + interval '45 days' END, c, c + interval '50 days'
FROM (SELECT i, users, skew, seed, floor(slots * power(pg_temp.h(i * 5, seed + 1), 1.3::float8))::bigint AS slot, pg_temp.h(i, seed + 21) AS r, pg_temp.at(i::float8 / n * 5) AS c
      FROM p, generate_series(1, n / 5) i OFFSET 0) x;

INSERT INTO "Activity" ("id", "leadId", "kind", "summary", "payload", "createdAt")
SELECT pg_temp.cuid('ac', i), pg_temp.cuid('le', i * 2), CASE WHEN i % 3 = 0 THEN 'call' ELSE 'email' END, CASE WHEN i % 2 = 0 THEN 'Example summary ' || i END,
       jsonb_build_object('ref', md5('y' || i)), pg_temp.at(i::float8 / n * 2)
FROM p, generate_series(1, n / 2) i;

INSERT INTO "Note" ("id", "leadId", "body", "pinned", "createdAt", "updatedAt")
SELECT pg_temp.cuid('nt', i), pg_temp.cuid('le', i * 5), 'Example note ' || md5('o' || i), i % 20 = 0, pg_temp.at(i::float8 / n * 5), timestamp '2025-12-31'
FROM p, generate_series(1, n / 5) i;

INSERT INTO "Task" ("id", "userId", "leadId", "title", "dueAt", "completedAt", "priority", "createdAt", "updatedAt")
SELECT pg_temp.cuid('ta', i), pg_temp.cuid('us', pg_temp.owner(slot, users, skew, seed)), CASE WHEN i % 6 <> 0 THEN pg_temp.cuid('le', i * 4) END, 'Task ' || md5('t' || i),
       CASE WHEN i % 14 <> 0 THEN c + interval '7 days' END, CASE WHEN i % 5 <> 0 THEN c + interval '6 days' END, i % 4, c, c + interval '6 days'
FROM (SELECT i, users, skew, seed, floor(slots * power(pg_temp.h(i * 4, seed + 1), 1.3::float8))::bigint AS slot, pg_temp.at(i::float8 / n * 4) AS c
      FROM p, generate_series(1, n / 4) i OFFSET 0) x;

INSERT INTO "EmailEvent" ("id", "campaignId", "leadId", "type", "url", "ipAddress", "timestamp")
SELECT pg_temp.cuid('ev', i), pg_temp.cuid('ca', slot), pg_temp.cuid('le', l),
       CASE WHEN r < 0.40 THEN 'SENT' WHEN r < 0.76 THEN 'DELIVERED' WHEN r < 0.92 THEN 'OPENED' WHEN r < 0.96 THEN 'CLICKED' WHEN r < 0.975 THEN 'REPLIED' WHEN r < 0.995 THEN 'BOUNCED' ELSE 'UNSUBSCRIBED' END::"EmailEventType",
       CASE WHEN r >= 0.92 AND r < 0.96 THEN 'https://link.example.com/' || i END, CASE WHEN r >= 0.76 AND r < 0.96 THEN '198.51.100.' || i % 250 END, pg_temp.at(x)
FROM (SELECT i, l, x, floor(slots * power(pg_temp.h(l, seed + 1), 1.3::float8))::bigint AS slot, pg_temp.h(i, seed + 22) AS r
      FROM (SELECT p.*, i, least(1 + i::bigint * n / (n * 10 + n / 10), n) AS l, i::float8 / (n * 10 + n / 10) AS x FROM p, generate_series(1, n * 10 + n / 10) i OFFSET 0) e OFFSET 0) y;

DROP TABLE p;
RESET session_replication_role;
