#!/usr/bin/env bash
# A folder of migrations as Prisma writes them. Usage: drift_files.sh DIRECTORY [FILES]   (300 files when nothing is named)
#
# Each makes a table with indexes and a foreign key to an earlier one; every third also alters an earlier table, every tenth has an enum,
# a view and a function.
set -euo pipefail

directory=$1
files=${2:-300}
mkdir -p "$directory"
printf 'provider = "postgresql"\n' >"$directory/migration_lock.toml"
for n in $(seq 1 "$files"); do
    parent=$(((n + 1) / 2))
    if [ "$parent" -eq "$n" ]; then parent=1; fi
    name=$(printf '20240101%06d_step_%s' "$n" "$n")
    mkdir -p "$directory/$name"
    {
        if [ $((n % 10)) -eq 0 ]; then
            echo "-- CreateEnum"
            echo "CREATE TYPE \"State$n\" AS ENUM ('NEW', 'OPEN', 'DONE');"
            echo
        fi
        cat <<SQL
-- CreateTable
CREATE TABLE "Table$n" (
    "id" TEXT NOT NULL,
    "parentId" TEXT,
    "title" VARCHAR(200) NOT NULL DEFAULT '',
    "amount" DECIMAL(12,2) NOT NULL DEFAULT 0,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "Table${n}_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Table${n}_parentId_idx" ON "Table$n"("parentId");

-- CreateIndex
CREATE UNIQUE INDEX "Table${n}_title_createdAt_key" ON "Table$n"("title", "createdAt");

-- AddForeignKey
ALTER TABLE "Table$n" ADD CONSTRAINT "Table${n}_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Table$parent"("id") ON DELETE SET NULL ON UPDATE CASCADE;
SQL
        if [ $((n % 3)) -eq 0 ]; then
            earlier=$((n / 3 * 2))
            cat <<SQL

-- AlterTable
ALTER TABLE "Table$earlier" ADD COLUMN "extra$n" INTEGER NOT NULL DEFAULT 0,
ALTER COLUMN "amount" SET DATA TYPE DECIMAL(14,2);

-- CreateIndex
CREATE INDEX "Table${earlier}_extra${n}_idx" ON "Table$earlier"("extra$n") WHERE "extra$n" > 0;
SQL
        fi
        if [ $((n % 10)) -eq 0 ]; then
            cat <<SQL

-- AlterTable
ALTER TABLE "Table$n" ADD COLUMN "state" "State$n" NOT NULL DEFAULT 'NEW';

CREATE VIEW "Open$n" AS SELECT "id", "title", "createdAt" FROM "Table$n" WHERE "state" <> 'DONE';

CREATE FUNCTION "touch$n"() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    NEW."updatedAt" := now();
    RETURN NEW;
END
\$\$;

CREATE TRIGGER "touch" BEFORE UPDATE ON "Table$n" FOR EACH ROW EXECUTE FUNCTION "touch$n"();
SQL
        fi
    } >"$directory/$name/migration.sql"
done
