#!/usr/bin/env bash
# Loads the schema of pretix (PyPI: pretix), ticket shops: a Django program whose migrations make 155 tables. Nothing of it is kept here.
#
#   load-pretix.sh VENV DATABASE                 runs its migrations in this empty database (PGPORT and PGUSER name the server on 127.0.0.1)
#   load-pretix.sh VENV DATABASE FILE.py ARG...  runs this in place of them, with its settings
set -euo pipefail

venv=$1 database=$2
shift 2
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check 'pretix==2026.8.*'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/pretix.cfg" <<CFG
[pretix]
datadir=$work/data
url=http://localhost
instance_name=dbharden
registration=off
[database]
backend=postgresql
name=$database
user=$PGUSER
host=127.0.0.1
port=$PGPORT
CFG
mkdir "$work/data"
if [ $# -eq 0 ]; then set -- -m pretix migrate -v 0; fi
PRETIX_CONFIG_FILE=$work/pretix.cfg "$venv/bin/python" "$@"
