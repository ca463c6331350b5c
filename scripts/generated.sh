#!/usr/bin/env bash
# Writes the files that are made from others: docs of commands and checks, the README's capture, generated-migrations/.
# With --snapshot it first takes the demo's snapshot anew: a million leads, some ten minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = "--snapshot" ]; then
    target/release/dbharden demo lead_platform --scale 1000000 --out target/demo/generated-1m \
        --save-snapshot tests/snapshots/lead_platform.snapshot
fi
# one at a time, since several of them write the same file
DBHARDEN_WRITE=1 cargo test --test it docs:: -- --test-threads=1
