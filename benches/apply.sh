#!/usr/bin/env bash
# `dbharden apply` of a backfill beside one plain UPDATE, and beside a load.
#
#   alone   rows a second of the backfill, as a share of one UPDATE of the whole table (goal: at least 0.70)
#   beside  p99 of pgbench at 30 % of saturation with the backfill beside it, in terms of without (goal: at most 1.20)
#
# Usage: apply.sh [alone] [beside]   (both when nothing is named); ROWS=5000000 by default. Fails when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

wanted=${*:-alone beside}
rows=${ROWS:-5000000}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$(mktemp -d)
missed=()

server_start shared_buffers=512MB max_wal_size=8GB checkpoint_timeout=30min fsync=on synchronous_commit=on "shared_preload_libraries="
trap 'server_stop; rm -rf "$work"' EXIT
cd "$work" # no settings of a directory we happen to be in
echo "PostgreSQL $server_major, $(nproc) cores, $rows rows"

quiet() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
fill() {
    quiet -d "$1" -c "create table t (id bigint primary key, n int not null, pad text not null, v int)" \
        -c "insert into t select n, n, repeat('x', 60), null from generate_series(1, $rows) n" -c "vacuum (freeze, analyze) t" -c checkpoint
}
migration() {
    mkdir -p generated-migrations/1_backfill
    cat >generated-migrations/1_backfill/up.sql
}
seconds() { # COMMAND...: how long it takes
    local from=${EPOCHREALTIME/./}
    "$@" >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err" >&2; exit 1; }
    awk -v us=$((${EPOCHREALTIME/./} - from)) 'BEGIN { printf "%.2f", us / 1e6 }'
}
goal() { # WHAT VALUE OPERATOR GOAL
    echo "$1 = $2 (goal: $3 $4)"
    awk -v v="$2" -v g="$4" -v o="$3" 'BEGIN { exit (o == ">=" ? v >= g : v <= g) ? 0 : 1 }' || missed+=("$1 = $2, wanted $3 $4")
}
# what `dbharden` itself writes for a table public.t with the key id: see src/plan/change/backfill.rs
migration <"$OLDPWD/benches/apply_backfill.sql"

alone() {
    local round name plain batches
    for round in 1 2 3; do
        for name in plain batches; do
            createdb "alone"
            fill alone
            if [ $name = plain ]; then
                seconds quiet -d alone -c "update t set v = t.n * 2 where t.v is null" >>plain.s
            else
                seconds "$dbharden" apply --yes --allow-unreviewed "$(server_url alone)" >>batches.s
                [ "$(quiet -d alone -c "select count(*) from t where v is distinct from n * 2")" = 0 ]
            fi
            echo >>$name.s
            dropdb alone
        done
    done
    plain=$(sort -n plain.s | sed -n 2p) batches=$(sort -n batches.s | sed -n 2p)
    printf '\nalone: one UPDATE %s s, backfill %s s (medians of 3 alternating runs)\n' "$plain" "$batches"
    goal "throughput of the backfill / of one UPDATE" "$(awk -v p="$plain" -v b="$batches" 'BEGIN { printf "%.2f", p / b }')" ">=" 0.70
}

# load SECONDS RATE FILE: pgbench with 8 clients; latencies in microseconds go to FILE
load() {
    rm -f load.log.*
    pgbench -n -c 8 -j 1 -T "$1" ${2:+-R "$2"} -l --log-prefix=load.log -f load.sql beside >load.out 2>&1
    cat load.log.* | awk '{ print $3 }' | sort -n >"$3"
}
p99() { awk '{ v[NR] = $1 } END { print v[int(NR * 0.99)] }' "$1"; }

beside() {
    local saturation rate without with round job
    createdb beside
    fill beside
    printf '\\set id random(1, %s)\nselect n from t where id = :id;\nupdate t set n = n + 1 where id = :id;\n' "$rows" >load.sql
    load 10 "" warm
    saturation=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' load.out)
    rate=$((saturation * 3 / 10))
    printf '\nbeside: saturation %s transactions/s, load %s/s\n' "$saturation" "$rate"
    for round in 1 2 3; do
        load 20 "$rate" "without.$round"
        quiet -d beside -c "drop schema if exists dbharden cascade" -c "update t set v = null where v is not null and id <= $rows / 5" -c "vacuum t" -c checkpoint
        "$dbharden" apply --yes --allow-unreviewed "$(server_url beside)" >apply.out 2>&1 &
        job=$!
        load 20 "$rate" "with.$round"
        if kill -INT $job 2>/dev/null; then echo "  round $round: the backfill went on all the time"; fi
        wait $job || true
    done
    without=$(for round in 1 2 3; do p99 "without.$round"; done | sort -n | sed -n 2p)
    with=$(for round in 1 2 3; do p99 "with.$round"; done | sort -n | sed -n 2p)
    echo "p99 without $without us, with $with us (medians of 3 alternating runs)"
    goal "p99 with / without" "$(awk -v a="$with" -v b="$without" 'BEGIN { printf "%.2f", a / b }')" "<=" 1.20
}

for what in $wanted; do "$what"; done
if [ ${#missed[@]} -gt 0 ]; then
    printf 'missed: %s\n' "${missed[@]}" >&2
    exit 1
fi
