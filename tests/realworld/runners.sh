#!/usr/bin/env bash
# `dbharden plan --layout TOOL`, run unchanged by the tool itself: its own command applies what was written, its ledger has it, a second
# plan finds nothing, a second run does nothing, and where the tool goes down it takes the indexes away again.
#
# Usage: runners.sh [sqlx] [dbmate] [prisma] [supabase] [sqitch]   (all when none is named)
# The tools come from the registries. Flyway, goose and golang-migrate are in none of them: their folders are held against their
# documentation by tests/it/tool.rs.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/server.sh

here=$PWD/tests/realworld
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$PWD/target/realworld/runners
cache=${DBHARDEN_RUNNERS:-${XDG_CACHE_HOME:-$HOME/.cache}/dbharden-runners}
rm -rf "$work"
mkdir -p "$work" "$cache"
failed=() skipped=()

need() { # TOOL COMMAND...: false, and said, when it cannot be had
    local tool=$1
    shift
    "$@" >"$work/$tool.install" 2>&1 && return
    echo "$tool: skipped: cannot be installed ($(tail -n 1 "$work/$tool.install"))"
    skipped+=("$tool")
    return 1
}
npm_get() { # DIRECTORY PACKAGE...
    mkdir -p "$1"
    [ -e "$1/package.json" ] || echo '{"private": true}' >"$1/package.json"
    (cd "$1" && shift && npm install --no-audit --no-fund --loglevel=error "$@")
}
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d "$name" -c "$1"; }

# a schema with foreign keys to be indexed, one of a table whose name is an injection, rows in it
schema="create table customers (id int primary key);
    create table orders (id int primary key, customer_id int not null references customers, \"seller;--\" int references customers);
    create table \"Order \"\"Lines\" (id int primary key, \"orderId\" int references orders);
    insert into customers select n from generate_series(1, 3000) n;
    insert into orders select n, n % 3000 + 1, n % 3000 + 1 from generate_series(1, 30000) n;
    insert into \"Order \"\"Lines\" select n, n % 30000 + 1 from generate_series(1, 60000) n;"
indexes="select count(*) from pg_index i join pg_class c on c.oid = indrelid where indisvalid and not indisprimary
    and relname in ('orders', 'Order \"Lines')"

prepare() { # NAME FOLDER
    name=$1 dir=$work/$1
    mkdir -p "$dir/$2"
    cd "$dir"
    createdb "$name"
    ask "$schema" && psql -Xqc 'vacuum analyze' "$name"
    url=$(tcp_url "$name")
    folder=$2
}
plan() { # the number of migrations with this status
    "$dbharden" plan --all --only unindexed-foreign-key --layout "$name" --out "$folder" --format json "$url" >plan.json 2>plan.err || [ $? -le 2 ]
    node -e 'const m = JSON.parse(require("fs").readFileSync("plan.json")).migrations; console.log(m.filter((x) => x.status === process.argv[1]).length)' "$1"
}
is() { # WHAT FOUND WANTED
    if [ "$2" != "$3" ]; then echo "  $1: $2, wanted $3" && failed+=("$name: $1"); fi
}
# proves NAME UP [DOWN]: the three foreign keys' indexes come, once, by the tool's own command, and go
proves() {
    is "written" "$(plan written)" 3
    is "pending in a second plan" "$(plan pending)" 3
    if ! $1 >up.log 2>&1; then tail -n 5 up.log && failed+=("$name: its command fails") && return; fi
    is "indexes" "$(ask "$indexes")" 3
    is "left to do" "$(plan written)" 0
    $1 >again.log 2>&1 || failed+=("$name: its command fails when there is nothing to do")
    is "indexes after a second run" "$(ask "$indexes")" 3
    if [ $# -gt 1 ]; then
        if ! $2 >down.log 2>&1; then tail -n 5 down.log && failed+=("$name: its way down fails") && return; fi
        is "indexes after going down" "$(ask "$indexes")" 0
    fi
    echo "$name: run by $version"
}

run_sqlx() {
    need sqlx cargo install --quiet sqlx-cli --version 0.8.6 --no-default-features --features postgres,rustls --root "$cache" || return 0
    prepare sqlx migrations
    version=$("$cache/bin/sqlx" --version)
    up() { "$cache/bin/sqlx" migrate run --source migrations --database-url "$url"; }
    proves up
}
run_dbmate() {
    need dbmate npm_get "$work/npm-dbmate" dbmate@2.36.0 || return 0
    prepare dbmate db/migrations
    local bin=$work/npm-dbmate/node_modules/.bin/dbmate
    version="dbmate $("$bin" --version | grep -oE '[0-9.]+$')"
    up() { "$bin" --url "$url?sslmode=disable" --no-dump-schema up; }
    down() {
        for _ in $(ls db/migrations); do "$bin" --url "$url?sslmode=disable" --no-dump-schema down || return; done
    }
    proves up down
}
run_prisma() {
    need prisma npm_get "$work/prisma" prisma@6.19.3 @prisma/adapter-pg@6.19.3 || return 0
    prepare prisma prisma/migrations
    # the engine as WebAssembly: see prisma.config.ts
    cp "$here/prisma/prisma.config.ts" .
    printf 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n' >prisma/schema.prisma
    printf 'provider = "postgresql"\n' >prisma/migrations/migration_lock.toml
    touch no-engine && chmod +x no-engine
    export PRISMA_QUERY_ENGINE_LIBRARY=$PWD/no-engine PRISMA_SCHEMA_ENGINE_BINARY=$PWD/no-engine
    export CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1
    version="prisma 6.19.3"
    # the database has a history already: an empty first migration is its baseline
    mkdir prisma/migrations/0_baseline && echo "-- as it is" >prisma/migrations/0_baseline/migration.sql
    DATABASE_URL=$url npx prisma migrate resolve --applied 0_baseline >baseline.log 2>&1
    up() { DATABASE_URL=$url npx prisma migrate deploy; }
    proves up
}
run_supabase() {
    need supabase npm_get "$work/npm-supabase" supabase@3.1.0 || return 0
    prepare supabase supabase/migrations
    local bin=$work/npm-supabase/node_modules/.bin/supabase
    printf 'project_id = "shop"\n' >supabase/config.toml
    version="supabase $("$bin" --version | tail -n 1)"
    up() { "$bin" db push --db-url "$url?sslmode=disable" --yes; }
    proves up
}
run_sqitch() {
    need sqitch bash -c 'command -v sqitch && sqitch --version' || return 0
    prepare sqitch .
    version=$(sqitch --version | sed 's/ (App::Sqitch)//')
    git config --global user.name >/dev/null || export SQITCH_FULLNAME=Somebody SQITCH_EMAIL=somebody@example.com
    up() { sqitch deploy "db:$url"; }
    down() { sqitch revert -y "db:$url"; }
    proves up down
}

server_start
[ $# -gt 0 ] || set -- sqlx dbmate prisma supabase sqitch
for tool in "$@"; do
    (set +e; failed=() skipped=(); "run_$tool"; printf '%s\n' "${failed[@]}" >"$work/$tool.failed")
    while read -r line; do [ -z "$line" ] || failed+=("$line"); done <"$work/$tool.failed"
done
if [ ${#failed[@]} -gt 0 ]; then printf 'FAILED %s\n' "${failed[@]}" && exit 1; fi
