-- Plans, prices, subscriptions, payments, invoices and credits.

-- name: plan-list-active
-- calls: 400
-- params: SELECT true, 0::bigint
SELECT "public"."Plan"."id", "public"."Plan"."slug", "public"."Plan"."name", "public"."Plan"."monthlyLeads", "public"."Plan"."maxCampaigns", "public"."Plan"."features", "public"."Plan"."isActive", "public"."Plan"."createdAt", "public"."Plan"."updatedAt" FROM "public"."Plan" WHERE "public"."Plan"."isActive" = $1 ORDER BY "public"."Plan"."monthlyLeads" ASC OFFSET $2;

-- name: price-list-active
-- calls: 310
-- params: SELECT true, 0::bigint
SELECT "public"."Price"."id", "public"."Price"."planId", "public"."Price"."stripePriceId", "public"."Price"."currency", "public"."Price"."unitAmount", "public"."Price"."interval"::text, "public"."Price"."active", "public"."Price"."createdAt" FROM "public"."Price" WHERE "public"."Price"."active" = $1 ORDER BY "public"."Price"."unitAmount" ASC OFFSET $2;

-- name: plan-by-slug
-- calls: 21
-- params: SELECT x."slug", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Plan" WHERE "id" < 'cz' ORDER BY "id" LIMIT 6 OFFSET 0) x
SELECT "public"."Plan"."id", "public"."Plan"."slug", "public"."Plan"."name", "public"."Plan"."monthlyLeads", "public"."Plan"."maxCampaigns", "public"."Plan"."features", "public"."Plan"."isActive", "public"."Plan"."createdAt", "public"."Plan"."updatedAt" FROM "public"."Plan" WHERE ("public"."Plan"."slug" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: plan-by-id
-- calls: 12
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Plan" WHERE "id" < 'cz' ORDER BY "id" LIMIT 12 OFFSET 0) x
SELECT "public"."Plan"."id", "public"."Plan"."slug", "public"."Plan"."name", "public"."Plan"."monthlyLeads", "public"."Plan"."maxCampaigns", "public"."Plan"."features", "public"."Plan"."isActive", "public"."Plan"."createdAt", "public"."Plan"."updatedAt" FROM "public"."Plan" WHERE ("public"."Plan"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: price-list-of-plan
-- calls: 15
-- params: SELECT x."id", true, 0::bigint
--   FROM (SELECT * FROM "Plan" WHERE "id" < 'cz' ORDER BY "id" LIMIT 6 OFFSET 0) x
SELECT "public"."Price"."id", "public"."Price"."currency", "public"."Price"."unitAmount", "public"."Price"."interval"::text FROM "public"."Price" WHERE ("public"."Price"."planId" = $1 AND "public"."Price"."active" = $2) OFFSET $3;

-- name: subscription-of-user
-- calls: 75
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 75
SELECT "public"."Subscription"."id", "public"."Subscription"."userId", "public"."Subscription"."planId", "public"."Subscription"."priceId", "public"."Subscription"."stripeSubscriptionId", "public"."Subscription"."status"::text, "public"."Subscription"."currentPeriodEnd", "public"."Subscription"."cancelAtPeriodEnd", "public"."Subscription"."createdAt", "public"."Subscription"."updatedAt" FROM "public"."Subscription" WHERE ("public"."Subscription"."userId" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: subscription-count-of-plan
-- calls: 7
-- params: SELECT x."id"
--   FROM (SELECT * FROM "Plan" WHERE "id" < 'cz' ORDER BY "id" LIMIT 6 OFFSET 0) x
SELECT COUNT(*)::int AS total FROM "Subscription" WHERE "planId" = $1 AND "status" = 'PAST_DUE';

-- name: subscription-count-of-price
-- calls: 6
-- params: SELECT x."id"
--   FROM (SELECT * FROM "Price" WHERE "id" < 'cz' ORDER BY "id" LIMIT 6 OFFSET 0) x
SELECT COUNT(*)::int AS total FROM "Subscription" WHERE "priceId" = $1;

-- name: subscription-update
-- calls: 8
-- params: SELECT x."status"::text, x."currentPeriodEnd", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "Subscription" WHERE "id" < 'cz' ORDER BY "id" LIMIT 8 OFFSET 3) x
UPDATE "public"."Subscription" SET "status" = CAST($1::text AS "public"."SubscriptionStatus"), "currentPeriodEnd" = $2, "updatedAt" = $3 WHERE ("public"."Subscription"."id" = $4 AND 1=1) RETURNING "public"."Subscription"."id";

-- name: payment-list
-- calls: 5
-- wants: public."PaymentRecord" (userId, createdAt)
-- params: SELECT u."id", 12::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 5
SELECT "public"."PaymentRecord"."id", "public"."PaymentRecord"."userId", "public"."PaymentRecord"."subscriptionId", "public"."PaymentRecord"."amount", "public"."PaymentRecord"."currency", "public"."PaymentRecord"."status"::text, "public"."PaymentRecord"."stripePaymentId", "public"."PaymentRecord"."failureReason", "public"."PaymentRecord"."createdAt" FROM "public"."PaymentRecord" WHERE "public"."PaymentRecord"."userId" = $1 ORDER BY "public"."PaymentRecord"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: payment-count-since
-- calls: 16
-- wants: public."PaymentRecord" (userId, createdAt)
-- params: SELECT u."id", timestamp(3) '2025-12-01', 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 16
SELECT COUNT(*) FROM (SELECT "public"."PaymentRecord"."id" FROM "public"."PaymentRecord" WHERE ("public"."PaymentRecord"."userId" = $1 AND "public"."PaymentRecord"."createdAt" >= $2) OFFSET $3) AS "sub";

-- name: payment-latest
-- calls: 17
-- wants: public."PaymentRecord" (userId, createdAt)
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 17
SELECT "public"."PaymentRecord"."id", "public"."PaymentRecord"."amount", "public"."PaymentRecord"."status"::text, "public"."PaymentRecord"."createdAt" FROM "public"."PaymentRecord" WHERE "public"."PaymentRecord"."userId" = $1 ORDER BY "public"."PaymentRecord"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: payment-list-of-subscription
-- calls: 10
-- params: SELECT x."id", 12::bigint, 0::bigint
--   FROM (SELECT * FROM "Subscription" WHERE "id" < 'cz' ORDER BY "id" LIMIT 10 OFFSET 41) x
SELECT "public"."PaymentRecord"."id", "public"."PaymentRecord"."amount", "public"."PaymentRecord"."status"::text FROM "public"."PaymentRecord" WHERE "public"."PaymentRecord"."subscriptionId" = $1 LIMIT $2 OFFSET $3;

-- name: payment-record-create
-- calls: 7
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", x."id", 1900, 'SUCCEEDED'::text, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Subscription" WHERE "id" < 'cz' ORDER BY "id" LIMIT 7 OFFSET 41) x
INSERT INTO "public"."PaymentRecord" ("id","userId","subscriptionId","amount","status","createdAt") VALUES ($1,$2,$3,$4,CAST($5::text AS "public"."PaymentStatus"),$6) RETURNING "public"."PaymentRecord"."id", "public"."PaymentRecord"."userId", "public"."PaymentRecord"."subscriptionId", "public"."PaymentRecord"."amount", "public"."PaymentRecord"."currency", "public"."PaymentRecord"."status"::text, "public"."PaymentRecord"."stripePaymentId", "public"."PaymentRecord"."failureReason", "public"."PaymentRecord"."createdAt";

-- name: invoice-list
-- calls: 27
-- params: SELECT u."id", 12::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 27
SELECT "public"."Invoice"."id", "public"."Invoice"."sequence", "public"."Invoice"."userId", "public"."Invoice"."number", "public"."Invoice"."amountDue", "public"."Invoice"."amountPaid", "public"."Invoice"."pdfUrl", "public"."Invoice"."dueAt", "public"."Invoice"."paidAt", "public"."Invoice"."createdAt" FROM "public"."Invoice" WHERE "public"."Invoice"."userId" = $1 ORDER BY "public"."Invoice"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: invoice-by-number
-- calls: 13
-- params: SELECT x."number", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Invoice" WHERE "id" < 'cz' ORDER BY "id" LIMIT 13 OFFSET 3) x
SELECT "public"."Invoice"."id", "public"."Invoice"."sequence", "public"."Invoice"."userId", "public"."Invoice"."number", "public"."Invoice"."amountDue", "public"."Invoice"."amountPaid", "public"."Invoice"."pdfUrl", "public"."Invoice"."dueAt", "public"."Invoice"."paidAt", "public"."Invoice"."createdAt" FROM "public"."Invoice" WHERE ("public"."Invoice"."number" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: credit-transaction-list
-- calls: 33
-- params: SELECT u."id", 20::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 33
SELECT "public"."CreditTransaction"."id", "public"."CreditTransaction"."userId", "public"."CreditTransaction"."amount", "public"."CreditTransaction"."balanceAfter", "public"."CreditTransaction"."reason", "public"."CreditTransaction"."createdAt" FROM "public"."CreditTransaction" WHERE "public"."CreditTransaction"."userId" = $1 ORDER BY "public"."CreditTransaction"."createdAt" DESC LIMIT $2 OFFSET $3;
