#!/usr/bin/env bash
# `dbharden lint` beside squawk on 1,000 migration files: wall time and peak memory, start included, alternating runs.
# Fails when dbharden takes longer, or more memory times MEMORY_GOAL. Usage: lint.sh [FILES]
set -euo pipefail
cd "$(dirname "$0")/.."

files=${1:-1000}
rounds=${ROUNDS:-21}
goal=${GOAL:-1.0}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

venv=$PWD/target/squawk
if [ ! -x "$venv/bin/squawk" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q 'squawk-cli==2.70.0'
fi
python3 benches/lint_files.py "$work/files" "$files"
cd "$work"

# run NAME COMMAND...: appends "microseconds kilobytes" to the figures of NAME; findings make both end with a code of their own
run() {
    local name=$1 from to
    shift
    from=${EPOCHREALTIME/./}
    /usr/bin/time -q -f %M -o memory "$@" >"$name.out" 2>"$name.err" || true
    to=${EPOCHREALTIME/./}
    echo "$((to - from)) $(cat memory)" >>"$name"
}
median() { sort -n -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

for round in $(seq 0 "$rounds"); do # round 0 warms the caches
    run squawk "$venv/bin/squawk" --reporter gcc files/*.sql
    run ours "$dbharden" lint --format json files
    run gitlab "$venv/bin/squawk" --reporter gitlab files/*.sql
    if [ "$round" -eq 0 ]; then rm -f squawk ours gitlab; fi
done
grep -q '"files": '"$files" ours.out || { echo "lint.sh: dbharden has not linted all files" >&2; cat ours.err >&2; exit 1; }

printf '%s files, %s\n' "$files" "$("$venv/bin/squawk" --version)"
printf '%-36s %10s %12s\n' "median of $rounds alternating runs" "time, ms" "memory, MB"
line() { printf '%-36s %10.0f %12.1f\n' "$2" "$(($(printf %.0f "$(median "$1" 1)") / 1000))" "$(median "$1" 2 | awk '{ print $1 / 1024 }')"; }
line squawk "squawk, one line a finding"
line gitlab "squawk, JSON"
line ours "dbharden lint, JSON"
awk -v a="$(median squawk 1)" -v b="$(median ours 1)" -v c="$(median squawk 2)" -v d="$(median ours 2)" -v goal="$goal" 'BEGIN {
    printf "dbharden : squawk = %.2f in time (goal: at most %s), %.2f in memory\n", b / a, goal, d / c
    exit b / a <= goal ? 0 : 1
}'
