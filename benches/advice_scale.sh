#!/usr/bin/env bash
# How long index advice takes on a large workload: 5,000 distinct statements over 500 tables of a made-up product, and on an eighth, a
# quarter and a half of the statements. Beside it an advisor by Dexter's rules over HypoPG, judged with both advices' indexes really built.
#
# Goals: the advice on all statements takes at most 2.5 times as long as on half of them (the twin's building apart), and less than 1 GB;
# one snapshot gives one advice, byte for byte.
#
# Usage: advice_scale.sh [TABLES [STATEMENTS]]. LIMIT: seconds after which a run is given up. Fails when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

tables=${1:-500}
statements=${2:-5000}
limit=${LIMIT:-900}
seed=${SEED:-1}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
scale=$PWD/benches/scale
work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache
missed=()

server_start shared_buffers=1GB max_wal_size=8GB max_locks_per_transaction=1024 pg_stat_statements.track_utility=off
trap 'server_stop; rm -rf "$work"' EXIT
createdb scale
cd "$work" # no settings and no checks of a directory we happen to be in
url=$(server_url scale)
# a few fall out as equal, or as beyond the 5,000 entries with the most time
product() { python3 "$scale/product.py" "$1" --tables "$tables" --count $((statements * 53 / 50)) --seed "$seed"; }

echo "loading $tables tables, running $statements statements"
product tables >tables.sql
product statements >statements.sql
product once >once.sql
psql -Xq -f tables.sql scale
psql -Xqc 'select pg_stat_statements_reset()' scale >/dev/null
psql -Xq -f statements.sql scale >run.log 2>&1
if grep -m 3 ERROR run.log >&2; then exit 1; fi
psql -Xqc 'vacuum analyze' scale
"$dbharden" snapshot "$url" --with-values -o full.snapshot >/dev/null 2>snapshot.err || { cat snapshot.err >&2; exit 1; }

# field FILE PATH: a value of a JSON file
field() { python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, key: (at or {}).get(key), sys.argv[2].split("."), json.load(open(sys.argv[1]))))' "$1" "$2"; }
counted=$(python3 -c 'import json; print(len(json.load(open("full.snapshot"))["workload"]["statements"]))')
[ "$counted" -ge $((statements * 95 / 100)) ] || missed+=("only $counted statements counted, $statements wanted")
counted=$((counted < statements ? counted : statements))
echo "PostgreSQL $server_major, $(nproc) cores, $counted statements, $(psql -XAtc "select pg_size_pretty(pg_database_size('scale'))" postgres) in $tables tables"

# advise COUNT [OPTION...]: advice on so many statements: COUNT.json and COUNT.took
advise() {
    python3 "$scale/cut.py" full.snapshot "$1" "$1.snapshot"
    python3 "$scale/measure.py" --limit "$limit" "$1.json" "$dbharden" plan --snapshot "$1.snapshot" --only missing-index --all --format json \
        "${@:2}" >"$1.took"
    [ "$(field "$1.took" finished)" = True ] && [ "$(field "$1.took" code)" -le 1 ]
}
row() {
    printf '%10s %9.1f %8.1f %8.1f %8.1f %8.1f %8.1f %8.0f %8.0f %8s %10s %9s %10.0f %9.0f\n' "$1" "$(field "$1.took" seconds)" "$twin" \
        "$(own "$1")" "$(phase "$1" choosing)" "$(field "$1.took" cpu)" "$(field "$1.took" server_cpu)" "$(field "$1.took" mb)" "$(field "$1.took" server_mb)" \
        "$(field "$1.json" advice.plans)" "$(field "$1.json" advice.candidates)" "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["findings"]))' "$1.json")" \
        "$(field "$1.json" advice.cost_before)" "$(field "$1.json" advice.cost_after)"
}
own() { awk -v a="$(field "$1.took" seconds)" -v b="$twin" 'BEGIN { printf "%.1f", a - b }'; }
phase() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["phases"].get(sys.argv[2], 0))' "$1.took" "$2"; }

python3 "$scale/measure.py" --until postgresql:// sandbox.out "$dbharden" sandbox --snapshot full.snapshot >sandbox.took
twin=$(field sandbox.took seconds)
printf '\n%10s %9s %8s %8s %8s %17s %17s %8s %10s %9s %20s\n' "" seconds "" "" "" "-- CPU seconds --" "---- peak MB ----" "" "" "" "---- cost, ms ----"
printf '%10s %9s %8s %8s %8s %8s %8s %8s %8s %8s %10s %9s %10s %9s\n' statements all twin advice choosing dbharden server dbharden server plans candidates proposals before after
for part in 8 4 2 1; do
    count=$((counted / part))
    options=(--dry-run)
    if [ "$part" -eq 1 ]; then options=(--out "$work/migrations"); fi
    if advise "$count" "${options[@]}"; then
        row "$count"
    else
        printf '%10s %9s  phases: %s\n' "$count" "> $limit" "$(field "$count.took" phases)"
        missed+=("advice on $count statements does not end within $limit s")
        rm -f "$count.json"
    fi
done
half=$((counted / 2))
goal() { # WHAT VALUE GOAL
    local verdict=met
    awk -v v="$2" -v g="$3" 'BEGIN { exit v <= g ? 0 : 1 }' || { verdict=missed; missed+=("$1: $2, wanted at most $3"); }
    printf '  goal %-62s %10s  <= %-8s %s\n' "$1" "$2" "$3" "$verdict"
}
if [ -s "$half.json" ] && [ -s "$counted.json" ]; then
    goal "all statements against half of them, time of the advice" "$(awk -v a="$(own "$counted")" -v b="$(own "$half")" 'BEGIN { printf "%.2f", a / b }')" 2.5
fi
goal "peak memory of dbharden, MB" "$(field "$counted.took" mb)" 1000
goal "peak memory of the server of the twin, MB" "$(field "$counted.took" server_mb)" 1000

# the same again
eighth=$((counted / 8))
if [ -s "$eighth.json" ]; then
    cp "$eighth.json" first.json
    advise "$eighth" --dry-run
    cmp first.json "$eighth.json" || missed+=("the same snapshot gives another advice")
    echo "  the same snapshot, the same advice: $(cmp -s first.json "$eighth.json" && echo yes || echo no)"
fi

echo
echo "by Dexter's rules over HypoPG"
python3 "$scale/all_at_once.py" "$url" once.sql >theirs.sql 2>theirs.json
find migrations -name up.sql 2>/dev/null | sort | xargs -r sed -nE 's/^CREATE (UNIQUE )?INDEX (CONCURRENTLY )?(IF NOT EXISTS )?(.*;)$/create \1index \4/p' >ours.sql
python3 "$scale/evaluate.py" "$url" once.sql "$counted.snapshot" theirs.sql ours.sql >judged
printf '%-34s %9s %9s %10s %16s %12s\n' "really built" seconds indexes MB "ms that remain" "% less"
names=("today" "by Dexter's rules over HypoPG" "dbharden")
seconds=("" "$(field theirs.json seconds)" "$(field "$counted.took" seconds)")
place=0
while read -r indexes mb left; do
    base=${base:-$left}
    printf '%-34s %9s %9s %10s %16s %12s\n' "${names[place]}" "${seconds[place]}" "$indexes" "$mb" "$left" "$(awk -v a="$left" -v b="$base" 'BEGIN { printf "%.1f", 100 - 100 * a / b }')"
    place=$((place + 1))
done <judged

if [ ${#missed[@]} -gt 0 ]; then
    printf 'goal missed: %s\n' "${missed[@]}" >&2
    exit 1
fi
echo "all goals met"
