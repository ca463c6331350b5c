#!/usr/bin/env bash
# The test suite on several major versions of PostgreSQL. Usage: matrix.sh [all | MAJOR...]   (13 15 18 when nothing is named)
#
# The servers are installed by tests/support/install-postgres.sh into target/postgres/<major> (DBHARDEN_PG_CACHE names another place).
# They come without psql and pg_dump: those are the system's, and a test that needs a pg_dump as new as the server skips and says so.
set -uo pipefail
cd "$(dirname "$0")/.."

majors=${*:-13 15 18}
if [ "$majors" = all ]; then majors="13 14 15 16 17 18"; fi
cache=${DBHARDEN_PG_CACHE:-$PWD/target/postgres}
mkdir -p "$cache"
# PostgreSQL refuses root, and the user it then runs as may not be able to reach this directory
if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid postgres --regid postgres --clear-groups test -x "$cache"; then
    cache=/var/tmp/dbharden-postgres
    mkdir -p "$cache"
    chmod 755 "$cache"
fi
logs=$PWD/target/matrix
mkdir -p "$logs"
clients=$(pg_dump --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1)

cargo test --no-run || exit 1
rows=()
failed=0
for major in $majors; do
    log=$logs/$major.log
    if ! tests/support/install-postgres.sh "$major" "$cache/$major" >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rows+=("$major|-|-|-|-|could not be installed")
        failed=1
        continue
    fi
    from=$SECONDS
    DBHARDEN_PG_BIN=$cache/$major/bin cargo test --no-fail-fast -- ${MATRIX_ARGS:-} >>"$log" 2>&1
    code=$?
    version=$("$cache/$major/bin/postgres" --version | awk '{ print $3 }')
    note=""
    if [ -z "$clients" ]; then note="no pg_dump here"; elif [ "$clients" -lt "$major" ]; then note="pg_dump $clients is older"; fi
    passed=$(awk '/^test result:/ { n += $4 } END { print n + 0 }' "$log")
    broken=$(awk '/^test result:/ { n += $6 } END { print n + 0 }' "$log")
    ignored=$(awk '/^test result:/ { n += $8 } END { print n + 0 }' "$log")
    if [ "$code" -ne 0 ]; then
        failed=1
        grep -E '^test .* FAILED$' "$log" | sed "s/^/PostgreSQL $major: /"
        note="${note:+$note; }see $log"
    fi
    rows+=("$version|$passed|$broken|$ignored|$((SECONDS - from)) s|$note")
done

printf '\n%-12s %7s %7s %8s %7s  %s\n' PostgreSQL passed failed ignored time note
for row in "${rows[@]}"; do
    IFS='|' read -r version passed broken ignored time note <<<"$row"
    printf '%-12s %7s %7s %8s %7s  %s\n' "$version" "$passed" "$broken" "$ignored" "$time" "$note"
done
exit "$failed"
