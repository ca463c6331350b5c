-- Videos, views, uploads, comments, creators and what they earn.

-- name: video-list
-- calls: 15
-- params: SELECT u."id", 12::bigint, 0::bigint
--   FROM (SELECT "id" FROM "User" WHERE "id" < 'cz' ORDER BY "id" LIMIT 15 OFFSET 10) u
SELECT "public"."Video"."id", "public"."Video"."userId", "public"."Video"."creatorId", "public"."Video"."title", "public"."Video"."description", "public"."Video"."playbackUrl", "public"."Video"."durationSeconds", "public"."Video"."published", "public"."Video"."createdAt", "public"."Video"."updatedAt" FROM "public"."Video" WHERE "public"."Video"."userId" = $1 ORDER BY "public"."Video"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: creator-of-video
-- calls: 180
-- n-plus-one: video-list
-- params: SELECT x."creatorId", 1::bigint, 0::bigint
--   FROM (SELECT "creatorId" FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 180) x
SELECT "public"."Creator"."id", "public"."Creator"."userId", "public"."Creator"."handle", "public"."Creator"."displayName", "public"."Creator"."bio", "public"."Creator"."payoutEmail", "public"."Creator"."createdAt", "public"."Creator"."updatedAt" FROM "public"."Creator" WHERE ("public"."Creator"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: video-by-id
-- calls: 7
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 7 OFFSET 20) x
SELECT "public"."Video"."id", "public"."Video"."userId", "public"."Video"."creatorId", "public"."Video"."title", "public"."Video"."description", "public"."Video"."playbackUrl", "public"."Video"."durationSeconds", "public"."Video"."published", "public"."Video"."createdAt", "public"."Video"."updatedAt" FROM "public"."Video" WHERE ("public"."Video"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: video-list-of-creator
-- calls: 7
-- params: SELECT x."id"
--   FROM (SELECT * FROM "Creator" WHERE "id" < 'cz' ORDER BY "id" LIMIT 7 OFFSET 60) x
SELECT v."id", v."title", v."published" FROM "Video" v WHERE v."creatorId" = $1 LIMIT 10;

-- name: upload-poll-pending
-- calls: 15
-- wants: public."VideoUpload" (status, createdAt)
-- params: SELECT 'PENDING'::text, 10::bigint, 0::bigint
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."videoId", "public"."VideoUpload"."fileName", "public"."VideoUpload"."sizeBytes", "public"."VideoUpload"."status"::text, "public"."VideoUpload"."progress", "public"."VideoUpload"."transcript", "public"."VideoUpload"."metadata", "public"."VideoUpload"."errorMessage", "public"."VideoUpload"."createdAt", "public"."VideoUpload"."updatedAt" FROM "public"."VideoUpload" WHERE "public"."VideoUpload"."status" = CAST($1::text AS "public"."UploadStatus") ORDER BY "public"."VideoUpload"."createdAt" ASC LIMIT $2 OFFSET $3;

-- name: upload-stuck
-- calls: 12
-- wants: public."VideoUpload" (status, createdAt)
-- params: SELECT 'PROCESSING'::text, timestamp(3) '2025-12-01', 20::bigint, 0::bigint
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."fileName", "public"."VideoUpload"."progress", "public"."VideoUpload"."createdAt" FROM "public"."VideoUpload" WHERE ("public"."VideoUpload"."status" = CAST($1::text AS "public"."UploadStatus") AND "public"."VideoUpload"."createdAt" < $2) ORDER BY "public"."VideoUpload"."createdAt" ASC LIMIT $3 OFFSET $4;

-- name: upload-failed-today
-- calls: 11
-- wants: public."VideoUpload" (status, createdAt)
-- params: SELECT 'FAILED'::text, timestamp(3) '2025-12-30', 50::bigint, 0::bigint
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."fileName", "public"."VideoUpload"."errorMessage", "public"."VideoUpload"."createdAt" FROM "public"."VideoUpload" WHERE ("public"."VideoUpload"."status" = CAST($1::text AS "public"."UploadStatus") AND "public"."VideoUpload"."createdAt" >= $2) ORDER BY "public"."VideoUpload"."createdAt" DESC LIMIT $3 OFFSET $4;

-- name: upload-count-pending-since
-- calls: 11
-- wants: public."VideoUpload" (status, createdAt)
-- params: SELECT 'PENDING'::text, timestamp(3) '2025-12-01', 0::bigint
SELECT COUNT(*) FROM (SELECT "public"."VideoUpload"."id" FROM "public"."VideoUpload" WHERE ("public"."VideoUpload"."status" = CAST($1::text AS "public"."UploadStatus") AND "public"."VideoUpload"."createdAt" >= $2) OFFSET $3) AS "sub";

-- name: upload-of-video
-- calls: 14
-- params: SELECT x."id", 5::bigint, 0::bigint
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 14 OFFSET 70) x
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."status"::text, "public"."VideoUpload"."progress", "public"."VideoUpload"."sizeBytes" FROM "public"."VideoUpload" WHERE "public"."VideoUpload"."videoId" = $1 LIMIT $2 OFFSET $3;

-- name: upload-recent
-- calls: 22
-- params: SELECT u."id", 10::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 22
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."fileName", "public"."VideoUpload"."status"::text, "public"."VideoUpload"."progress", "public"."VideoUpload"."createdAt" FROM "public"."VideoUpload" WHERE "public"."VideoUpload"."userId" = $1 ORDER BY "public"."VideoUpload"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: video-upload-by-id
-- calls: 26
-- params: SELECT x."id", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "VideoUpload" WHERE "id" < 'cz' ORDER BY "id" LIMIT 26 OFFSET 12) x
SELECT "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."videoId", "public"."VideoUpload"."fileName", "public"."VideoUpload"."sizeBytes", "public"."VideoUpload"."status"::text, "public"."VideoUpload"."progress", "public"."VideoUpload"."transcript", "public"."VideoUpload"."metadata", "public"."VideoUpload"."errorMessage", "public"."VideoUpload"."createdAt", "public"."VideoUpload"."updatedAt" FROM "public"."VideoUpload" WHERE ("public"."VideoUpload"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: video-upload-create
-- calls: 20
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."userId", x."id", 'clip.mp4'::text, 1048576::bigint, 'DONE'::text, 100, 'Example transcript'::text, '{}'::jsonb, timestamp(3) '2026-01-01', timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 20 OFFSET 30) x
INSERT INTO "public"."VideoUpload" ("id","userId","videoId","fileName","sizeBytes","status","progress","transcript","metadata","createdAt","updatedAt") VALUES ($1,$2,$3,$4,$5,CAST($6::text AS "public"."UploadStatus"),$7,$8,$9,$10,$11) RETURNING "public"."VideoUpload"."id", "public"."VideoUpload"."userId", "public"."VideoUpload"."videoId", "public"."VideoUpload"."fileName", "public"."VideoUpload"."sizeBytes", "public"."VideoUpload"."status"::text, "public"."VideoUpload"."progress", "public"."VideoUpload"."transcript", "public"."VideoUpload"."metadata", "public"."VideoUpload"."errorMessage", "public"."VideoUpload"."createdAt", "public"."VideoUpload"."updatedAt";

-- name: video-upload-update-progress
-- calls: 18
-- params: SELECT x."status"::text, x."progress", timestamp(3) '2026-01-01', x."id"
--   FROM (SELECT * FROM "VideoUpload" WHERE "id" < 'cz' ORDER BY "id" LIMIT 18 OFFSET 3) x
UPDATE "public"."VideoUpload" SET "status" = CAST($1::text AS "public"."UploadStatus"), "progress" = $2, "updatedAt" = $3 WHERE ("public"."VideoUpload"."id" = $4 AND 1=1) RETURNING "public"."VideoUpload"."id";

-- name: video-view-seen
-- calls: 35
-- params: SELECT x."videoId", x."sessionId", timestamp(3) '2024-01-02', 0::bigint
--   FROM (SELECT * FROM "VideoView" WHERE "id" < 'cz' ORDER BY "id" LIMIT 35 OFFSET 11) x
SELECT COUNT(*) FROM (SELECT "public"."VideoView"."id" FROM "public"."VideoView" WHERE ("public"."VideoView"."videoId" = $1 AND "public"."VideoView"."sessionId" = $2 AND "public"."VideoView"."createdAt" >= $3) OFFSET $4) AS "sub";

-- name: video-view-last-of-session
-- calls: 18
-- params: SELECT x."videoId", x."sessionId", 1::bigint, 0::bigint
--   FROM (SELECT * FROM "VideoView" WHERE "id" < 'cz' ORDER BY "id" LIMIT 18 OFFSET 51) x
SELECT "public"."VideoView"."id", "public"."VideoView"."videoId", "public"."VideoView"."sessionId", "public"."VideoView"."watchedSeconds", "public"."VideoView"."referrer", "public"."VideoView"."createdAt" FROM "public"."VideoView" WHERE ("public"."VideoView"."videoId" = $1 AND "public"."VideoView"."sessionId" = $2) ORDER BY "public"."VideoView"."createdAt" DESC LIMIT $3 OFFSET $4;

-- name: video-view-create
-- calls: 38
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", gen_random_uuid()::text, 12, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 38 OFFSET 40) x
INSERT INTO "public"."VideoView" ("id","videoId","sessionId","watchedSeconds","createdAt") VALUES ($1,$2,$3,$4,$5) RETURNING "public"."VideoView"."id", "public"."VideoView"."videoId", "public"."VideoView"."sessionId", "public"."VideoView"."watchedSeconds", "public"."VideoView"."referrer", "public"."VideoView"."createdAt";

-- name: video-comment-list
-- calls: 19
-- params: SELECT x."id", 20::bigint, 0::bigint
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 19 OFFSET 90) x
SELECT "public"."VideoComment"."id", "public"."VideoComment"."videoId", "public"."VideoComment"."authorName", "public"."VideoComment"."authorEmail", "public"."VideoComment"."body", "public"."VideoComment"."approved", "public"."VideoComment"."createdAt" FROM "public"."VideoComment" WHERE "public"."VideoComment"."videoId" = $1 ORDER BY "public"."VideoComment"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: video-comment-create
-- calls: 9
-- params: SELECT 'cz' || substr(md5(gen_random_uuid()::text), 1, 23), x."id", 'Viewer'::text, 'Example comment'::text, timestamp(3) '2026-01-01'
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 9 OFFSET 95) x
INSERT INTO "public"."VideoComment" ("id","videoId","authorName","body","createdAt") VALUES ($1,$2,$3,$4,$5) RETURNING "public"."VideoComment"."id", "public"."VideoComment"."videoId", "public"."VideoComment"."authorName", "public"."VideoComment"."authorEmail", "public"."VideoComment"."body", "public"."VideoComment"."approved", "public"."VideoComment"."createdAt";

-- name: creator-by-user
-- calls: 29
-- params: SELECT u."id", 1::bigint, 0::bigint
--   FROM "User" u WHERE u."id" < 'cz' ORDER BY md5(u."id") LIMIT 29
SELECT "public"."Creator"."id", "public"."Creator"."userId", "public"."Creator"."handle", "public"."Creator"."displayName", "public"."Creator"."bio", "public"."Creator"."payoutEmail", "public"."Creator"."createdAt", "public"."Creator"."updatedAt" FROM "public"."Creator" WHERE ("public"."Creator"."userId" = $1 AND 1=1) LIMIT $2 OFFSET $3;

-- name: creator-earning-list
-- calls: 17
-- params: SELECT x."id", 12::bigint, 0::bigint
--   FROM (SELECT * FROM "Creator" WHERE "id" < 'cz' ORDER BY "id" LIMIT 17 OFFSET 70) x
SELECT "public"."CreatorEarning"."id", "public"."CreatorEarning"."creatorId", "public"."CreatorEarning"."videoId", "public"."CreatorEarning"."amount", "public"."CreatorEarning"."status"::text, "public"."CreatorEarning"."period", "public"."CreatorEarning"."createdAt" FROM "public"."CreatorEarning" WHERE "public"."CreatorEarning"."creatorId" = $1 ORDER BY "public"."CreatorEarning"."createdAt" DESC LIMIT $2 OFFSET $3;

-- name: creator-earning-since
-- calls: 9
-- params: SELECT x."id", timestamp(3) '2025-12-01'
--   FROM (SELECT * FROM "Creator" WHERE "id" < 'cz' ORDER BY "id" LIMIT 9 OFFSET 80) x
SELECT COALESCE(SUM("amount"), 0)::bigint AS total FROM "CreatorEarning" WHERE "creatorId" = $1 AND "createdAt" >= $2;

-- name: creator-earning-of-video
-- calls: 11
-- params: SELECT x."id"
--   FROM (SELECT * FROM "Video" WHERE "id" < 'cz' ORDER BY "id" LIMIT 11 OFFSET 100) x
SELECT "id", "amount", "period" FROM "CreatorEarning" WHERE "videoId" = $1;
