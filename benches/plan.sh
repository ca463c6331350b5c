#!/usr/bin/env bash
# `dbharden plan --no-twin --dry-run` beside `pg_dump --schema-only`: wall time and peak memory on 2,000 tables and 5,000 statements.
# Fails when plan takes GOAL times as long as pg_dump or longer. Usage: plan.sh [TABLES [STATEMENTS]]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

tables=${1:-2000}
statements=${2:-5000}
rounds=${ROUNDS:-7}
goal=${GOAL:-3}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$(mktemp -d)

server_start shared_buffers=512MB max_locks_per_transaction=256 pg_stat_statements.track_utility=off
trap 'server_stop; rm -rf "$work"' EXIT
createdb bench
sql=$PWD/benches/plan.sql
cd "$work" # no settings and no checks of a directory we happen to be in
echo "loading $tables tables, running $statements statements"
psql -Xq -v tables="$tables" -v statements="$statements" -f "$sql" bench
counted=$(psql -XAtc "select count(*) from pg_stat_statements where query ~ '\mt\d+\M'" bench)
echo "PostgreSQL $server_major, $(nproc) cores, $counted statements in pg_stat_statements"
url=$(server_url bench)

# run NAME COMMAND...: appends "milliseconds kilobytes" to the figures of NAME
run() {
    local name=$1 from to
    shift
    from=${EPOCHREALTIME/./}
    /usr/bin/time -f %M -o "$work/memory" "$@" >"$work/$name.out" 2>"$work/$name.err" || {
        echo "plan.sh: $name failed:" >&2
        cat "$work/$name.err" >&2
        exit 1
    }
    to=${EPOCHREALTIME/./}
    echo "$(((to - from) / 1000)) $(cat "$work/memory")" >>"$work/$name"
}
median() { sort -n -k "$2,$2" "$work/$1" | awk -v c="$2" '{ v[NR] = $c } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

for round in $(seq 0 "$rounds"); do # round 0 warms the caches
    run dump pg_dump --schema-only "$url"
    run plan "$dbharden" plan "$url" --no-twin --dry-run
    run read "$dbharden" snapshot "$url" -o "$work/bench.snapshot"
    run analyse "$dbharden" plan --snapshot "$work/bench.snapshot" --no-twin --dry-run
    run twin "$dbharden" plan --snapshot "$work/bench.snapshot" --dry-run
    if [ "$round" -eq 0 ]; then rm -f "$work"/{dump,plan,read,analyse,twin}; fi
done

printf '%-44s %10s %12s\n' "median of $rounds alternating runs" "time, ms" "memory, MB"
line() { printf '%-44s %10.0f %12.0f\n' "$2" "$(median "$1" 1)" "$(($(printf %.0f "$(median "$1" 2)") / 1024))"; }
line dump "pg_dump --schema-only"
line plan "dbharden plan --no-twin --dry-run"
line read "  reading and saving (dbharden snapshot)"
line analyse "  analysing alone (plan --snapshot --no-twin)"
line twin "  the same, indexes proven in a planner twin"
awk -v a="$(median dump 1)" -v b="$(median plan 1)" -v c="$(median dump 2)" -v d="$(median plan 2)" -v goal="$goal" 'BEGIN {
    printf "plan : pg_dump = %.2f in time (goal: under %s), %.2f in memory\n", b / a, goal, d / c
    exit b / a < goal ? 0 : 1
}'
