-- What only a person can decide, once the first migrations are applied: run before those of the next stage. No row is lost.

-- Whose the rows without a team are. Where nothing says it, a team of their own keeps them until somebody knows.
INSERT INTO "teams" ("id", "name") VALUES (md5('unassigned')::uuid, 'Unassigned') ON CONFLICT DO NOTHING;
UPDATE "blocks" SET "teamId" = md5('unassigned')::uuid WHERE "teamId" IS NULL;
UPDATE "contacts" c
SET "teamId" = coalesce(
        (SELECT b."teamId" FROM "block_records" r JOIN "blocks" b ON b."id" = r."blockId" WHERE r."contactId" = c."id" ORDER BY r."id" LIMIT 1),
        md5('unassigned')::uuid)
WHERE c."teamId" IS NULL;

-- An address is suppressed by each team for itself: the unique index that begins with the team stands already.
ALTER TABLE "suppressions" DROP CONSTRAINT IF EXISTS "suppressions_address_key";

ANALYZE "blocks", "contacts", "suppressions";
