#!/usr/bin/env bash
# `dbharden baseline` and `dbharden drift` on schemas that other people wrote: what the baseline makes in an empty database is what the
# original has, by pg_dump and by drift. Nothing of these products is kept here; they are installed by name when this runs.
# Usage: roundtrip.sh [logto] [pg-boss] [graphile-worker] [unleash] [pretix]   (all of them when none is named)
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/server.sh

here=$PWD/tests/realworld
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$PWD/target/realworld
mkdir -p "$work"
export XDG_CACHE_HOME=$work/cache
failed=()

# node_package NAME@VERSION [OPTION]: in a directory of its own, where programs find it
node_package() {
    local dir=$work/${1%@*}
    mkdir -p "$dir"
    [ -e "$dir/package.json" ] || echo '{"private": true}' >"$dir/package.json"
    (cd "$dir" && npm install --no-audit --no-fund --loglevel=error "${@:2}" "$1" >/dev/null)
    echo "$dir"
}

load_logto() { "$here/load-logto.sh" "$(server_url "$1")"; }
load_pg_boss() {
    local dir
    dir=$(node_package pg-boss@10.4.2)
    (cd "$dir" && NODE_NO_WARNINGS=1 node "$here/pg-boss.mjs" "$(tcp_url "$1")" 100)
}
load_graphile_worker() {
    local dir
    dir=$(node_package graphile-worker@0.16.6)
    (cd "$dir" && node "$here/graphile-worker.mjs" "$(tcp_url "$1")" 10)
}
load_unleash() {
    local dir
    dir=$(node_package unleash-server@7.5.1 --ignore-scripts)
    (cd "$dir" && NODE_NO_WARNINGS=1 node "$here/unleash.mjs" "$(tcp_url "$1")")
}
load_pretix() { "$here/load-pretix.sh" "$work/pretix" "$1"; }

blocks() { pg_dump --schema-only "$1" | python3 "$here/blocks.py"; }

# silent NAME WHAT ARGUMENT...: drift has nothing to say
silent() {
    local name=$1 what=$2 code=0
    shift 2
    "$dbharden" drift "$@" --format table >"$out/drift.txt" 2>&1 || code=$?
    if [ "$code" -ne 0 ]; then
        head -n 60 "$out/drift.txt"
        failed+=("$name: drift against $what: exit code $code")
    fi
}

product() {
    local name=$1 copy=$1-copy restored=$1-restored role file
    out=$work/$name.roundtrip
    rm -rf "$out"
    mkdir -p "$out"
    echo "== $name"
    createdb "$name"
    "load_${name//-/_}" "$name"
    cd "$out" # no settings of a directory we happen to be in
    "$dbharden" baseline "$(server_url "$name")" --out baseline >baseline.txt || failed+=("$name: baseline: exit code $?")
    file=$(compgen -G 'baseline/*/up.sql')
    # the role that the file names: what has no owner in it belongs to that one
    role=$(sed -n 's/.*belongs to \(.*\): run it as that role.*/\1/p' "$file" | head -n 1)
    createdb -O "${role:-$PGUSER}" "$copy"
    PGOPTIONS='-c client_min_messages=warning' psql -Xq -v ON_ERROR_STOP=1 -f "$file" "$(server_url "$copy")" >psql.txt 2>&1 || {
        head -n 5 psql.txt
        failed+=("$name: the baseline does not run")
    }
    # a text such as `(ARRAY[...])::text[]` is printed in another way by whoever stored it anew: the measure is what pg_dump restores
    createdb -O "${role:-$PGUSER}" "$restored"
    pg_dump --schema-only "$name" | PGOPTIONS='-c client_min_messages=warning' psql -Xq -v ON_ERROR_STOP=1 "$restored" >/dev/null
    blocks "$restored" >original.sql
    blocks "$copy" >copy.sql
    if ! cmp -s original.sql copy.sql; then
        diff -u original.sql copy.sql | head -n 60 || true
        failed+=("$name: pg_dump differs")
    fi
    silent "$name" "its baseline" "$(server_url "$copy")" --desired baseline
    silent "$name" "the original" "$(server_url "$copy")" --desired "$(server_url "$name")" --grants
    echo "  $(grep -c . original.sql) lines of pg_dump, $(sed -n 's/^\([0-9]* objects\)$/\1/p' baseline.txt)"
    cd - >/dev/null
}

server_start max_connections=50
echo "PostgreSQL $server_major"
for name in ${*:-logto pg-boss graphile-worker unleash pretix}; do
    case "$name" in
    logto | pg-boss | graphile-worker | unleash | pretix) product "$name" ;;
    *)
        echo "roundtrip.sh: unknown: $name" >&2
        exit 1
        ;;
    esac
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'roundtrip: failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
echo "roundtrip: each baseline makes what the original has"
