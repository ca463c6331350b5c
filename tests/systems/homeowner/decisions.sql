-- What only a person can decide, once the first migrations are applied: run before those of the next stage. No row is lost.

-- Whose the rows without a team are: a contact's phone numbers say it, and a block is of the team whose contacts its records name.
-- What still nobody knows gets a team of its own.
INSERT INTO "teams" ("id", "name") VALUES (md5('unassigned')::uuid, 'Unassigned') ON CONFLICT DO NOTHING;
UPDATE "contacts" c
SET "teamId" = coalesce((SELECT p."teamId" FROM "contact_phones" p WHERE p."contactId" = c."id" ORDER BY p."id" LIMIT 1), md5('unassigned')::uuid)
WHERE c."teamId" IS NULL;
UPDATE "blocks" b
SET "teamId" = coalesce(
        (SELECT c."teamId" FROM "block_records" r JOIN "contacts" c ON c."id" = r."contactId" WHERE r."blockId" = b."id" ORDER BY r."id" LIMIT 1),
        md5('unassigned')::uuid)
WHERE b."teamId" IS NULL;

-- An address is suppressed by each team for itself: the unique index that begins with the team stands already.
ALTER TABLE "suppressions" DROP CONSTRAINT IF EXISTS "suppressions_address_key";

ANALYZE "blocks", "contacts", "suppressions";
