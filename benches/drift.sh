#!/usr/bin/env bash
# `dbharden drift` beside public tools: wall time and peak memory, taking turns, as medians and ratios.
#
#   two databases   reading and comparing two equal ones of 2,000 and of 10,000 tables, beside `pg_dump --schema-only` of one of them
#   300 files       building what a folder of migrations makes and comparing it, beside psql that runs the same files in a new database
#
# Usage: drift.sh [databases] [files]   (both when nothing is named). Fails when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

wanted=${*:-databases files}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
sql=$PWD/benches/drift.sql make_files=$PWD/benches/drift_files.sh
work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache
missed=()

server_start shared_buffers=512MB max_locks_per_transaction=256 "shared_preload_libraries="
trap 'server_stop; rm -rf "$work"' EXIT
cd "$work" # no settings of a directory we happen to be in
echo "PostgreSQL $server_major, $(nproc) cores"

# run NAME COMMAND...: appends "milliseconds kilobytes" to the figures of NAME
run() {
    local name=$1 from to
    shift
    from=${EPOCHREALTIME/./}
    /usr/bin/time -f %M -o "$work/memory" "$@" >"$work/$name.out" 2>"$work/$name.err" || {
        echo "drift.sh: $name failed:" >&2
        cat "$work/$name.out" "$work/$name.err" >&2
        exit 1
    }
    to=${EPOCHREALTIME/./}
    echo "$(((to - from) / 1000)) $(tail -n 1 "$work/memory")" >>"$work/$name"
}
median() { sort -n -k "$2,$2" "$work/$1" | awk -v c="$2" '{ v[NR] = $c } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
line() { printf '%-58s %10.0f %12.0f\n' "$2" "$(median "$1" 1)" "$(($(printf %.0f "$(median "$1" 2)") / 1024))"; }
# ratio WHAT A B COLUMN [GOAL]: A's median in terms of B's; more than GOAL is a miss
ratio() {
    local value
    value=$(awk -v a="$(median "$2" "$4")" -v b="$(median "$3" "$4")" 'BEGIN { printf "%.2f", a / b }')
    echo "$1 = $value${5:+ (goal: at most $5)}"
    if [ -n "${5:-}" ] && awk -v v="$value" -v g="$5" 'BEGIN { exit v > g ? 0 : 1 }'; then missed+=("$1 = $value, at most $5 wanted"); fi
}

databases() {
    local tables=$1 rounds=$2 round
    createdb "live$tables"
    psql -Xq -v tables="$tables" -f "$sql" "live$tables"
    createdb -T "live$tables" "other$tables"
    for round in $(seq 0 "$rounds"); do # round 0 warms the caches
        run "dump$tables" pg_dump --schema-only "$(server_url "live$tables")"
        run "drift$tables" "$dbharden" drift "$(server_url "live$tables")" --desired "$(server_url "other$tables")"
        if [ "$round" -eq 0 ]; then rm -f "$work/dump$tables" "$work/drift$tables"; fi
    done
    printf '\n%-58s %10s %12s\n' "$tables tables, median of $rounds alternating runs" "time, ms" "memory, MB"
    line "dump$tables" "pg_dump --schema-only of one database"
    line "drift$tables" "dbharden drift: two databases read and compared"
}

psql_one() { # all files in one process
    local file arguments=()
    for file in migrations/*/migration.sql; do arguments+=(-f "$file"); done
    createdb fresh && psql -Xq -v ON_ERROR_STOP=1 "${arguments[@]}" fresh
}
psql_each() { # a process for each file
    local file
    createdb fresh
    for file in migrations/*/migration.sql; do psql -Xq -v ON_ERROR_STOP=1 -f "$file" fresh; done
}

files() {
    local count=300 rounds=5 round
    "$make_files" migrations "$count"
    createdb app
    local url arguments=()
    url=$(server_url app)
    for file in migrations/*/migration.sql; do arguments+=(-f "$file"); done
    psql -Xq -v ON_ERROR_STOP=1 "${arguments[@]}" app
    export -f psql_one psql_each
    for round in $(seq 0 "$rounds"); do
        dropdb --if-exists fresh 2>/dev/null
        run one bash -c 'set -e; psql_one'
        dropdb fresh
        run each bash -c 'set -e; psql_each'
        run cold "$dbharden" drift "$url" --desired migrations --no-cache
        "$dbharden" drift "$url" --desired migrations >/dev/null
        run cached "$dbharden" drift "$url" --desired migrations
        if [ "$round" -eq 0 ]; then rm -f "$work"/{one,each,cold,cached}; fi
    done
    printf '\n%-58s %10s %12s\n' "$count files, median of $rounds alternating runs" "time, ms" "memory, MB"
    line one "psql, one process, new database"
    line each "psql, a process for each file, new database"
    line cold "dbharden drift, nothing kept: sandbox, build, compare"
    line cached "dbharden drift, desired schema from the cache"
}

for what in $wanted; do
    case "$what" in
    databases)
        databases 2000 5
        ratio "  drift : pg_dump in time" drift2000 dump2000 1 1.0
        ratio "  drift : pg_dump in memory" drift2000 dump2000 2
        databases 10000 3
        ratio "  drift : pg_dump in time" drift10000 dump10000 1
        ratio "  drift : pg_dump in memory" drift10000 dump10000 2
        ratio "  10,000 tables : 2,000 tables" drift10000 drift2000 1 5.5
        ;;
    files)
        files
        ratio "  cold : psql in one process" cold one 1 1.5
        ratio "  cold : a psql for each file" cold each 1
        ratio "  cached : cold" cached cold 1 0.25
        ;;
    *)
        echo "drift.sh: unknown: $what" >&2
        exit 1
        ;;
    esac
done
if [ ${#missed[@]} -gt 0 ]; then
    printf 'goal missed: %s\n' "${missed[@]}" >&2
    exit 1
fi
echo "all goals met"
