#!/usr/bin/env bash
# How good dbharden's index advice is on TPC-H, scale factor 1, beside a greedy advisor over HypoPG in the same run.
#
#   h19   queries 2, 17 and 20 left out, no primary keys
#   h22   all queries, primary keys
#
# Each answer is judged twice: as HypoPG believes (its sizes, its costs) and with the indexes really built.
# Usage: advice.sh [h19] [h22]   (both when nothing is named). Fails when a goal is missed. The database is kept below target/advice.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh
. benches/tpch/database.sh

wanted=${*:-h19 h22}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
tpch=$PWD/benches/tpch
work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache
missed=()

tpch_start
trap 'server_stop; rm -rf "$work"' EXIT
echo "PostgreSQL $server_major, $(nproc) cores"
cp "$tpch/queries.sql" "$work/h22.sql"
awk '/^-- Q/ { out = $2 ~ /^Q(2|17|20)$/ } !out' "$tpch/queries.sql" >"$work/h19.sql"
cd "$work" # no settings of a directory we happen to be in

# field FILE PATH: a value of a JSON file
field() { python3 -c 'import functools, json, sys
print(functools.reduce(lambda at, key: (at or {}).get(key), sys.argv[2].split("."), json.load(open(sys.argv[1]))))' "$1" "$2"; }
evaluate() { python3 "$tpch/evaluate.py" "$(server_url "$1")" "$work/$1.sql" "${@:2}" --format json; }

# within WHAT VALUE EXPECTED: 1 % either way
within() {
    awk -v v="$2" -v e="$3" 'BEGIN { exit v >= e * 0.99 && v <= e * 1.01 ? 0 : 1 }' || missed+=("$1 is $2, $3 expected: not what the figures of others were measured on")
}
# goal WHAT VALUE OPERATOR GOAL, the operator one of < <= > >=
goal() {
    local verdict=met
    awk -v v="$2" -v g="$4" "BEGIN { exit v $3 g ? 0 : 1 }" || { verdict=missed; missed+=("$1: $2, wanted $3 $4"); }
    printf '    goal %-62s %14s %3s %-12s %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

# dbharden_indexes WORKLOAD MB SIZES: its answer as CREATE INDEX statements in ours.sql; ours.plans and ours.seconds beside it.
# SIZES is `true` (what an index really takes) or `hypopg` (as HypoPG estimates, to compare with others).
dbharden_indexes() {
    local from model=()
    if [ "$3" = hypopg ]; then model=(--index-sizes hypopg); fi
    rm -rf "$work/migrations"
    from=${EPOCHREALTIME/./}
    "$dbharden" plan "$(server_url "$1")" --workload "$work/$1.sql" --only missing-index --all --index-budget "${2}000000" "${model[@]}" \
        --out "$work/migrations" --format json >"$work/plan.json" 2>"$work/plan.err" || { cat "$work/plan.err" >&2; return 1; }
    awk -v us="$((${EPOCHREALTIME/./} - from))" 'BEGIN { printf "%.1f\n", us / 1e6 }' >"$work/ours.seconds"
    indexes_of_migrations "$work/migrations" >"$work/ours.sql"
    field "$work/plan.json" advice.plans >"$work/ours.plans"
}
# The indexes that migrations build, in a form for a transaction and for HypoPG.
indexes_of_migrations() {
    find "$1" -name up.sql 2>/dev/null | sort | xargs -r sed -nE 's/^CREATE (UNIQUE )?INDEX (CONCURRENTLY )?(IF NOT EXISTS )?(.*;)$/create \1index \4/p'
}
greedy_indexes() {
    python3 "$tpch/greedy.py" "$(server_url "$1")" "$work/$1.sql" --budget "$2" >"$work/greedy.sql" 2>"$work/greedy.json"
    field "$work/greedy.json" explains >"$work/greedy.plans"
    field "$work/greedy.json" seconds >"$work/greedy.seconds"
}
# row LABEL NAME WORKLOAD: evaluates NAME.sql into NAME.out and prints a line
row() {
    evaluate "$3" "$work/$2.sql" --real >"$work/$2.out"
    printf '  %-34s %7s %10.1f %14.0f %7.2f %8.1f %14.0f %7.2f %8s %7s\n' "$1" \
        "$(grep -c '^create' "$work/$2.sql")" "$(field "$work/$2.out" hypopg.total_mb)" "$(field "$work/$2.out" hypopg.cost)" \
        "$(field "$work/$2.out" hypopg.reduction)" "$(field "$work/$2.out" real.total_mb)" "$(field "$work/$2.out" real.cost)" \
        "$(field "$work/$2.out" real.reduction)" "$(cat "$work/$2.plans")" "$(cat "$work/$2.seconds")"
}

has_budget=no
if [ -x "$dbharden" ] && "$dbharden" plan --help | grep -q -- --index-budget; then has_budget=yes; fi

# the ground: what is known must come out as known
evaluate h19 "$tpch/hand.sql" --real >"$work/hand.out"
place=0
while read -r index believed real; do
    within "HypoPG's MB of $index" "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["hypopg"]["mb"][int(sys.argv[2])])' "$work/hand.out" $place)" "$believed"
    within "MB of $index" "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["real"]["mb"][int(sys.argv[2])])' "$work/hand.out" $place)" "$real"
    place=$((place + 1))
done < <(sed -nE 's/^create index on ([a-z]+) (\(.*\)); *-- ([0-9.]+) ([0-9.]+)$/\1\2 \3 \4/p' "$tpch/hand.sql" | sed 's/, /,/')

for workload in $wanted; do
    case "$workload" in
    h19) known=5166591 ;;
    h22) known=1885800000 ;;
    *)
        echo "advice.sh: unknown: $workload" >&2
        exit 1
        ;;
    esac
    evaluate "$workload" >"$work/base"
    base=$(field "$work/base" base)
    if [ "$server_major" -eq 15 ]; then within "$workload's cost without indexes" "$base" "$known"; fi
    printf '\n%s: %s statements, cost without indexes %.0f\n' "$workload" "$(field "$work/base" statements)" "$base"
    printf '  %-34s %7s %33s %31s\n' "" "" "------ as HypoPG believes ------" "-------- really built --------"
    printf '  %-34s %7s %10s %14s %7s %8s %14s %7s %8s %7s\n' "budget" indexes MB cost "% less" MB cost "% less" EXPLAINs seconds
    for budget in 500 2000; do
        greedy_indexes "$workload" "$budget"
        row "$budget MB, greedy over HypoPG" greedy "$workload"
        if [ "$has_budget" = no ]; then
            missed+=("$workload, $budget MB: this build of dbharden has no --index-budget")
            continue
        fi
        dbharden_indexes "$workload" "$budget" true
        row "$budget MB, dbharden, true sizes" ours "$workload"
        cp "$work/ours.out" "$work/true.out"
        dbharden_indexes "$workload" "$budget" hypopg
        row "$budget MB, dbharden, HypoPG's sizes" ours "$workload"
        plans=2000
        case "$workload-$budget" in
        h19-500)
            plans=1000
            goal "believed, % less" "$(field "$work/ours.out" hypopg.reduction)" ">=" 32.2
            goal "the same really built, % less" "$(field "$work/ours.out" real.reduction)" ">" 28.75
            goal "a true 500 MB, % less really built" "$(field "$work/true.out" real.reduction)" ">=" 42
            ;;
        h19-2000)
            goal "believed, % less" "$(field "$work/ours.out" hypopg.reduction)" ">=" 48.3
            goal "the same really built, % less" "$(field "$work/ours.out" real.reduction)" ">" 44.64
            ;;
        h22-500) goal "believed, cost" "$(field "$work/ours.out" hypopg.cost)" "<=" 3770000 ;;
        h22-2000) goal "believed, cost" "$(field "$work/ours.out" hypopg.cost)" "<=" 2810000 ;;
        esac
        goal "HypoPG's MB within the budget" "$(field "$work/ours.out" hypopg.total_mb)" "<=" "$budget"
        goal "real MB within the true budget" "$(field "$work/true.out" real.total_mb)" "<=" "$budget"
        goal "plans asked for" "$(cat "$work/ours.plans")" "<=" "$plans"
        goal "no slower than the greedy advisor, s" "$(cat "$work/ours.seconds")" "<=" "$(cat "$work/greedy.seconds")"
    done
done
if [ ${#missed[@]} -gt 0 ]; then
    printf 'goal missed: %s\n' "${missed[@]}" >&2
    exit 1
fi
echo "all goals met"
