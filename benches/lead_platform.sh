#!/usr/bin/env bash
# What the cure is worth on the lead platform: each statement before and after, and what the new indexes cost those who write.
# Usage: lead_platform.sh [LEADS]   (1,000,000 when nothing is named: some minutes and 10 GB of disk)
#
# Fails unless the workload takes 90 % less database time, INSERT and UPDATE at most 1.15 times as long, and every statement that
# lacked an index is 10 times faster or named with the reason.
set -euo pipefail
cd "$(dirname "$0")/.."

leads=${1:-1000000}
dbharden=${DBHARDEN:-target/release/dbharden}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "lead_platform with $leads leads, $(nproc) cores"
"$dbharden" demo lead_platform --scale "$leads" --all --out "$work/migrations" | tee "$work/out"

less=$(sed -n 's/.*after (\([0-9.]*\) % less).*/\1/p' "$work/out")
awk -v less="$less" 'BEGIN { exit less >= 90 ? 0 : 1 }' || { echo "goal missed: $less % less, 90 % wanted" >&2; exit 1; }
sed -n 's/^\(INSERT\|UPDATE\) takes \([0-9.]*\) x as long.*/\1 \2/p' "$work/out" | while read -r kind factor; do
    awk -v f="$factor" 'BEGIN { exit f <= 1.15 ? 0 : 1 }' || { echo "goal missed: $kind takes $factor x, 1.15 at most wanted" >&2; exit 1; }
done
echo "all goals met"
