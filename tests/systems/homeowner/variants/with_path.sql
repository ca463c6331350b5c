-- The same product with a way from a property to its team: the block that brought it. A property whose block is gone leads nowhere.
ALTER TABLE "properties" ADD COLUMN "blockId" uuid;
UPDATE "properties" p SET "blockId" = r."blockId"
FROM (SELECT DISTINCT ON ("propertyId") "propertyId", "blockId" FROM "block_records" ORDER BY "propertyId", "createdAt", "id") r
WHERE r."propertyId" = p."id";
DELETE FROM "properties" WHERE "blockId" IS NULL;
ALTER TABLE "properties" ALTER COLUMN "blockId" SET NOT NULL,
    ADD CONSTRAINT "FK_properties_block" FOREIGN KEY ("blockId") REFERENCES "blocks" ("id") ON DELETE CASCADE;
CREATE INDEX "IDX_properties_block" ON "properties" ("blockId");
