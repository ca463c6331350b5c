#!/usr/bin/env bash
# Runs docs/guide/from-db-push.md as it is written, against the real Prisma and a database that `prisma db push` made.
#
# A comment above a block of the guide says how: `skip`, `name: N`, `exits: 0 or 3` (else 0), `database: development` (else
# production), `file: F` (the block becomes that file), `output: N` (DBHARDEN_WRITE=1 fills in what block N printed).
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/server.sh

for needed in npm node psql; do
    command -v "$needed" >/dev/null || { echo "guide.sh: skipped: there is no $needed" && exit 0; }
done
guide=$PWD/docs/guide/from-db-push.md
here=$PWD/tests/realworld/prisma
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$PWD/target/realworld/guide
rm -rf "$work"
mkdir -p "$work/bin" "$work/blocks" "$work/app/prisma"

# ---- the real Prisma, with its engine as WebAssembly: see prisma.config.ts

cp "$here/prisma.config.ts" "$work/app/"
cp "$here/schema.prisma" "$work/app/prisma/"
echo '{"private": true}' >"$work/app/package.json"
if ! (cd "$work/app" && npm install --no-audit --no-fund --loglevel=error prisma@6.19.3 @prisma/adapter-pg@6.19.3 >/dev/null); then
    echo "guide.sh: skipped: npm could not install prisma"
    exit 0
fi
# the engine's binaries are asked for, and not used
touch "$work/no-engine"
chmod +x "$work/no-engine"
export PRISMA_QUERY_ENGINE_LIBRARY=$work/no-engine PRISMA_SCHEMA_ENGINE_BINARY=$work/no-engine
export CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1

ln -s "$dbharden" "$work/bin/dbharden"
# `migrate dev` writes the file and then falls over its own data-loss check ("null pointer passed to rust", this engine's only
# fault here): deploy what it wrote, as it would have done. No client is generated, nothing here is in need of one.
cat >"$work/bin/npx" <<'EOF'
#!/usr/bin/env bash
case "$*" in
"prisma migrate dev "*)
    before=$(ls prisma/migrations)
    "$NPX" "$@" --create-only </dev/null || [ "$(ls prisma/migrations)" != "$before" ] || exit 1
    exec "$NPX" prisma migrate deploy
    ;;
"prisma migrate reset "*) exec "$NPX" "$@" --skip-generate --skip-seed ;;
*) exec "$NPX" "$@" ;;
esac
EOF
chmod +x "$work/bin/npx"
NPX=$(command -v npx)
export NPX PATH=$work/bin:$PATH

# ---- a server whose databases a role owns that is no superuser, as it is in production

server_start
echo "PostgreSQL $server_major, prisma 6.19.3"
psql -Xqc 'create role app login createdb createrole' postgres
createdb -O app app
createdb -O app app_dev
export PGUSER=app
production=$(tcp_url app)
development=$(tcp_url app_dev)

# what no file knows of, as every production has it
by_hand() {
    psql -Xq -v ON_ERROR_STOP=1 "$production" <<'EOF'
CREATE INDEX "Lead_hot_idx" ON "Lead" (score DESC) WHERE status <> 'LOST';
ALTER TABLE "Invoice" ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON "Invoice" USING (true);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."updatedAt" := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW open_invoices AS SELECT id, number FROM "Invoice" WHERE status = 'OPEN';
COMMENT ON TABLE "Lead" IS 'somebody who may buy';
INSERT INTO "Tag" (name) VALUES ('vip');
EOF
}

cd "$work/app"
for url in "$production" "$development"; do
    DATABASE_URL=$url npx prisma db push --skip-generate >"$work/push.log" 2>&1 || { cat "$work/push.log" && exit 1; }
done
by_hand

# ---- what must be true after a block, and what a person does before one

before_dev() { sed -i 's/^  email          String$/&\n  source         String?/' prisma/schema.prisma; }
after_baseline() { grep -q 'CREATE TABLE public."Lead"' prisma/migrations/*_baseline/migration.sql; }
after_reset() { [ "$(psql -XAtc "select count(*) from pg_policies where policyname = 'everything'" "$development")" = 1 ]; }
after_first() { grep -q '^no drift' "$1"; }
after_deploy() { psql -Xqc 'select source from "Lead"' "$production" >/dev/null; }
after_role() { DATABASE_URL=${production/app@/dbharden_ci@} dbharden drift --desired prisma/migrations | grep -q '^no drift'; }
after_github() { [ -f .github/workflows/dbharden.yml ]; }
after_gitlab() { [ -f .gitlab/dbharden.yml ]; }
after_drifted() { grep -q 'Lead_open_idx' "$1" && grep -q 'ApiKey' "$1" && grep -q '^2 differences' "$1"; }
after_adopt() { grep -q 'migrate resolve --applied' "$1"; }
after_adopted() { grep -q '^no drift' "$1"; }
after_reverted() {
    grep -q '^no drift' "$1" && [ "$(psql -XAtc 'select count(*) from "Tag"' "$production")" = 1 ]
}
after_configured() { grep -q '^no drift' "$1"; }

# ---- the guide's blocks, in order

awk -v out="$work/blocks" '
    /^<!-- .* -->$/ { about = $0; sub(/^<!-- /, "", about); sub(/ -->$/, "", about); next }
    /^```[a-z]/ && !inside {
        file = sprintf("%s/%02d.%s", out, ++n, substr($0, 4))
        printf "" >file
        print about >(file ".about")
        inside = 1
        about = ""
        next
    }
    /^```$/ { inside = 0; next }
    inside { print >file; next }
    /./ { about = "" }
' "$guide"

# about KEY FILE: what the comment above a block says
about() { sed -n "s/^\(.*, \)\{0,1\}$1: \([^,]*\).*$/\2/p" "$2.about"; }

failed=()
for block in "$work"/blocks/*.{sh,sql,toml}; do echo "$block"; done | sort >"$work/order"
while read -r block; do
    name=$(about name "$block")
    exits=$(about exits "$block")
    if [ "$(cat "$block.about")" = skip ]; then continue; fi
    DATABASE_URL=$production
    if [ "$(about database "$block")" = development ]; then DATABASE_URL=$development; fi
    export DATABASE_URL
    echo "== ${name:-$(head -n 1 "$block")}"
    if declare -F "before_$name" >/dev/null; then "before_$name"; fi
    code=0
    case "$block" in
    *.sql) psql -Xq -v ON_ERROR_STOP=1 -f "$block" "$DATABASE_URL" >"$block.out" 2>"$block.err" || code=$? ;;
    *.toml) cp "$block" "$(about file "$block")" ;;
    *) timeout 300 bash -eu "$block" >"$block.out" 2>"$block.err" </dev/null || code=$? ;;
    esac
    if [[ " ${exits:-0} " != *" $code "* ]] || { declare -F "after_$name" >/dev/null && ! "after_$name" "$block.out"; }; then
        echo "guide.sh: block ${name:-$block} (exit code $code) is not as the guide says" >&2
        cat "$block" "$block.out" "$block.err" >&2 || true
        failed+=("${name:-$block}")
        break
    fi
    if [ -n "$name" ] && [ "${DBHARDEN_WRITE:-}" ]; then cp "$block.out" "$work/$name.out" 2>/dev/null || true; fi
done <"$work/order"

if [ ${#failed[@]} -gt 0 ]; then exit 1; fi
if [ "${DBHARDEN_WRITE:-}" ]; then
    awk -v work="$work" '
        /^<!-- output: / { name = $3 }
        skipping && /^```$/ { skipping = 0 }
        !skipping { print }
        name && /^```text$/ {
            while ((getline line <(work "/" name ".out")) > 0) print line
            name = ""
            skipping = 1
        }
    ' "$guide" >"$work/guide.md"
    cp "$work/guide.md" "$guide"
fi
echo "guide: every block does what it says"
