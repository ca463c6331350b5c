#!/usr/bin/env bash
# Writes tests/support/catalog-columns.txt: every column of every table of pg_catalog and the major versions that have it.
# Usage: catalog-columns.sh [MAJOR...]   (all that the file and tests/support/postgres-versions.txt name when none is named)
#
# Majors that are not named keep what the file says of them. The servers are those of scripts/matrix.sh, installed where they are
# missing; each runs for a second on a socket in a temporary directory. Needs psql.
set -euo pipefail
cd "$(dirname "$0")/.."
list=tests/support/catalog-columns.txt

majors=${*:-$(awk '!/^#/ && NF { print $1 }' tests/support/postgres-versions.txt)}
cache=${DBHARDEN_PG_CACHE:-$PWD/target/postgres}
work=$(mktemp -d)
as=()
mkdir -p "$cache"
if [ "$(id -u)" -eq 0 ]; then
    # PostgreSQL refuses root, and the user it then runs as may not be able to reach this directory (as in matrix.sh)
    as=(setpriv --reuid postgres --regid postgres --clear-groups)
    if ! "${as[@]}" test -x "$cache"; then
        cache=/var/tmp/dbharden-postgres
        mkdir -p "$cache"
        chmod 755 "$cache"
    fi
    chown postgres: "$work"
fi
running=
stop() {
    if [ -n "$running" ]; then "${as[@]}" "$running/bin/pg_ctl" -D "$work/data" -m immediate -s stop || true; fi
    running=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

for major in $majors; do
    tests/support/install-postgres.sh "$major" "$cache/$major" >&2
    (
        cd "$work"
        "${as[@]}" "$cache/$major/bin/initdb" -D data -U postgres -A trust -N >/dev/null
        "${as[@]}" "$cache/$major/bin/pg_ctl" -D data -s -w -l log -o "-k '$work' -c listen_addresses= -F" start
    )
    running=$cache/$major
    psql -XAtqw -h "$work" -U postgres -v ON_ERROR_STOP=1 -v major="$major" postgres >>"$work/columns" <<'SQL'
select c.relname || '.' || a.attname, :major
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'
SQL
    stop
    rm -rf "$work/data"
done

{
    echo "# Every column of every table of pg_catalog, and the major versions that have it. Written by scripts/catalog-columns.sh."
    {
        tr '|' ' ' <"$work/columns"
        # what the file knows of the other majors
        if [ -e "$list" ]; then
            awk -v now=" $(echo $majors) " '!/^#/ { for (i = 2; i <= NF; i++) if (!index(now, " " $i " ")) print $1, $i }' "$list"
        fi
    } | LC_ALL=C sort -k1,1 -k2,2n | awk '
        $1 != name { if (name) print line; name = $1; line = $1 }
        { line = line " " $2 }
        END { if (name) print line }'
} >"$work/new"
cat "$work/new" >"$list"
echo "$(grep -vc '^#' "$list") columns in $list"
