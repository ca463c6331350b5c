#!/usr/bin/env bash
# Schemas and workloads that other people wrote, installed by name when this runs; none of their code is kept here.
# Usage: run.sh [logto] [pg-boss] [graphile-worker] [procrastinate]   (all of them when none is named)
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/server.sh

here=$PWD/tests/realworld
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$PWD/target/realworld
mkdir -p "$work"
failed=()

# node_package NAME@VERSION: in a directory of its own, where programs find it
node_package() {
    local dir=$work/${1%@*}
    mkdir -p "$dir"
    [ -e "$dir/package.json" ] || echo '{"private": true}' >"$dir/package.json"
    (cd "$dir" && npm install --no-audit --no-fund --loglevel=error "$1" >/dev/null)
    echo "$dir"
}

load_logto() { "$here/load-logto.sh" "$(server_url logto)"; }
load_pg_boss() {
    local dir
    dir=$(node_package pg-boss@10.4.2)
    (cd "$dir" && NODE_NO_WARNINGS=1 node "$here/pg-boss.mjs" "$(tcp_url "$1")")
}
load_graphile_worker() {
    local dir
    dir=$(node_package graphile-worker@0.16.6)
    (cd "$dir" && node "$here/graphile-worker.mjs" "$(tcp_url "$1")")
}
load_procrastinate() {
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check 'procrastinate==3.*' 'psycopg[binary]'
    "$work/venv/bin/python" "$here/procrastinate_queue.py" "$(tcp_url "$1")"
}

# product NAME CLAIM...: loads it, plans, holds the report against the claims
product() {
    local name=$1 url out
    shift
    echo "== $name"
    createdb "$name"
    psql -Xqc 'create extension pg_stat_statements' "$name"
    psql -XqAtc 'select pg_stat_statements_reset()' "$name" >/dev/null
    "load_${name//-/_}" "$name"
    # what autovacuum would have done by now
    psql -Xqc 'vacuum analyze' "$name"
    psql -XqAtc 'select 1' "$name" >/dev/null
    url=$(server_url "$name") out=$work/$name.out
    mkdir -p "$out"
    cd "$out" # no dbharden.toml and no checks of a directory we happen to be in
    "$dbharden" plan "$url" --dry-run --format json >first.json
    "$dbharden" plan "$url" --dry-run --format json >second.json
    "$dbharden" plan "$url" --dry-run >screen.txt
    "$dbharden" plan "$url" --dry-run --all >all.txt
    "$dbharden" snapshot "$url" -o saved.snapshot
    "$dbharden" plan --snapshot saved.snapshot --dry-run --format json >saved.1.json
    "$dbharden" plan --snapshot saved.snapshot --dry-run --format json >saved.2.json
    cmp saved.1.json saved.2.json || failed+=("$name: one snapshot, two reports")
    node "$here/judge.mjs" first.json second.json screen.txt all.txt "$@" || failed+=("$name")
    cd - >/dev/null
}

server_start track_io_timing=on max_connections=50
echo "PostgreSQL $server_major"
wanted=${*:-logto pg-boss graphile-worker procrastinate}
for name in $wanted; do
    case "$name" in
    # its policies that let all rows pass stand under restrictive ones that keep tenants apart
    logto) product logto none=policy-always-true between=unindexed-foreign-key,70,80 ;;
    pg-boss | graphile-worker | procrastinate) product "$name" ;;
    *)
        echo "run.sh: unknown: $name" >&2
        exit 1
        ;;
    esac
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "realworld: failed: ${failed[*]}" >&2
    exit 1
fi
echo "realworld: all as it should be"
