#!/bin/sh
# Loads the schema of pg-boss (npm: pg-boss), a job queue: one tenant, functions that make partitions, no row-level security.
# Nothing of it is kept here: the package is fetched when the script runs.
#
#   load-pg-boss.sh URL    loads it into this database, as schema pgboss
#   load-pg-boss.sh        prints the SQL
set -eu

version=10.4.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "pg-boss@$version" >/dev/null && tar xzf ./*.tgz)

sql() {
    node -e 'console.log(require(process.argv[1] + "/package/src/plans.js").create("pgboss", 24))' "$work"
}

if [ $# -eq 0 ]; then
    sql
else
    sql | PGOPTIONS='-c client_min_messages=warning' psql -X -q -o /dev/null -v ON_ERROR_STOP=1 "$1"
fi
