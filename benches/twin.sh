#!/usr/bin/env bash
# How true the planner twin is: the plans of benches/twin_statements.sql on a database of 2.2 million rows and on its twin, which has
# none of them; before and after indexes are supposed in the twin and really built in the original, with HypoPG beside it.
#
# And how long a twin of 2,000 tables takes, beside psql that loads the same schema.
#
# Usage: twin.sh [plans] [indexes] [time]   (all when nothing is named). Fails when a goal is missed.
#        twin.sh selftest                   the original against itself, and against a copy that was dumped, restored and analysed anew
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

wanted=${*:-plans indexes time}
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
benches=$PWD/benches
work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache
missed=()
twin_pid=""

# a server of its own: the planner's settings are the defaults, but for jit and autovacuum, which scripts/server.sh turns off
server_start max_locks_per_transaction=256 "shared_preload_libraries="
finish() {
    twin_stop
    server_stop
    rm -rf "$work"
}
trap finish EXIT
cd "$work" # no settings of a directory we happen to be in
echo "PostgreSQL $server_major, $(nproc) cores"
python3 "$benches/twin_compare.py" script "$benches/twin_statements.sql" >explain.sql

# twin_start ARGUMENT...: `dbharden sandbox` with these; sets twin_url. It stays until twin_stop ends it; its standard input is open.
twin_start() {
    rm -f twin.in twin.out
    mkfifo twin.in
    "$dbharden" sandbox "$@" <twin.in >twin.out 2>twin.err &
    twin_pid=$!
    exec 9>twin.in
    until twin_url=$(grep -m 1 -oE '^postgres(ql)?://[^[:space:]]+' twin.out); do
        if ! kill -0 "$twin_pid" 2>/dev/null; then
            exec 9>&-
            twin_pid=""
            echo "twin.sh: dbharden sandbox $* ended:" >&2
            cat twin.out twin.err >&2
            return 1
        fi
        sleep 0.01
    done
}
twin_stop() {
    [ -n "$twin_pid" ] || return 0
    exec 9>&-
    kill -TERM "$twin_pid" 2>/dev/null || true
    wait "$twin_pid" || true
    twin_pid=""
}
# A twin of a snapshot in which the indexes of a file exist hypothetically.
twin_with_indexes() { twin_start --snapshot "$1" --with-indexes "$2"; }

# explain NAME URL [FILE.sql run before in the same session]
explain() { psql -XAtq ${3:+-f "$3"} -f explain.sql "$2" >"$1.plans" 2>"$1.err" || true; }
# compare LABEL NAME TOLERANCE GOAL [OPTION...]: the plans of NAME against those of $against (the original's), a row and what differs
rows=()
against=original
compare() {
    local verdict=met out share shapes
    out=$(python3 "$benches/twin_compare.py" compare "$against.plans" "$2.plans" --statements "$benches/twin_statements.sql" --tolerance "$3" --goal "$4" "${@:5}") || verdict=missed
    printf '\n%s\n%s\n' "$1" "$out"
    share=$(sed -nE '$s/^.*: ([0-9.]+) % of the same shape and.*$/\1/p' <<<"$out")
    shapes=$(sed -nE '$s/^.*, ([0-9.]+) % of the same shape$/\1/p' <<<"$out")
    if [ "$4" = 0 ]; then verdict=""; elif [ "$verdict" = missed ]; then missed+=("$1: $share % alike, $shapes % in shape"); fi
    rows+=("$(printf '%-52s %8s %10s %10s  %s' "$1" "$3" "${share:--} %" "${shapes:--} %" "${verdict:+goal of $(awk -v g="$4" 'BEGIN { print 100 * g }') % $(case " $* " in *" --shapes "*) echo "in shape " ;; esac)$verdict}")")
}
table() {
    printf '\n%-52s %8s %10s %10s\n' "$1" "cost to" "alike" "in shape"
    printf '%s\n' "${rows[@]}"
    rows=()
}
# A twin that cannot be had is a missed goal; the others are still measured.
against_twin() { # LABEL TOLERANCE GOAL ARGUMENTS-OF-COMPARE -- HOW TO START IT
    local label=$1 tolerance=$2 goal=$3 options=()
    shift 3
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    if ! "$@"; then
        missed+=("$label: no twin")
        return
    fi
    explain twin "$twin_url"
    twin_stop
    compare "$label" twin "$tolerance" "$goal" "${options[@]}"
}

has_shop=""
shop() {
    if [ -n "$has_shop" ]; then return; fi
    echo "loading the shop"
    createdb shop
    psql -Xq -f "$benches/twin.sql" shop
    has_shop=yes
    url=$(server_url shop)
    explain original "$url"
    if [ -s original.err ]; then
        cat original.err >&2
        exit 1
    fi
}

# save NAME [OPTION...]: a snapshot of $url
save() {
    # it says by its exit code that there is no workload to see; the twin needs none
    "$dbharden" snapshot "$url" -o "$1.snapshot" "${@:2}" >/dev/null 2>save.err || true
    if [ ! -s "$1.snapshot" ]; then
        cat save.err >&2
        missed+=("dbharden snapshot ${*:2} failed")
    fi
}

plans() {
    shop
    save values --with-values
    save extremes --with-values --read-extremes
    save pseudonyms
    against_twin "twin of the database" 0.01 0.95 -- twin_start "$url"
    against_twin "twin of a snapshot with values" 0.01 0.95 -- twin_start --snapshot values.snapshot
    against_twin "twin of the database, extremes read" 0.01 1 -- twin_start "$url" --read-extremes
    against_twin "twin of a snapshot with values and extremes" 0.01 1 -- twin_start --snapshot extremes.snapshot
    # its literals are those of the statements: a value that the snapshot replaced is not found among the frequent ones
    against_twin "twin of a pseudonymised snapshot" 0.01 0.95 --shapes -- twin_start --snapshot pseudonyms.snapshot
    table "the original against"
}

# The indexes in HypoPG: a script for the session that plans, which writes hypothetical and real names to hypopg.names.
hypopg_script() {
    cat <<'SQL'
set client_min_messages = warning;
create extension if not exists hypopg;
create temp table supposed (supposed text, called text);
SQL
    python3 - "$benches" "$1" <<'PYTHON'
import re, sys
sys.path.insert(0, sys.argv[1])
from statements import read
for statement in read(sys.argv[2]):
    called = re.match(r"create index (\w+)", statement).group(1)
    # what HypoPG cannot suppose (GIN, a partitioned table) is left out
    print(f"""do $do$ begin
    insert into supposed select indexname, '{called}' from hypopg_create_index($index${statement}$index$);
exception when others then
    null;
end $do$;""")
PYTHON
    echo "\\copy supposed to 'hypopg.names'"
}

indexes() {
    local supposed=0
    shop
    if [ ! -e extremes.snapshot ]; then save extremes --with-values --read-extremes; fi
    if [ "$(psql -XAtc "select count(*) from pg_available_extensions where name = 'hypopg'" shop)" -eq 1 ]; then
        hypopg_script "$benches/twin_indexes.sql" >suppose.sql
        explain hypopg "$url" suppose.sql
        supposed=$(wc -l <hypopg.names)
    else
        echo "HypoPG is not installed: left out"
    fi
    # the statistics stay those of the twin: nothing is analysed again
    psql -Xq -v ON_ERROR_STOP=1 -f "$benches/twin_indexes.sql" shop
    explain built "$url"
    against=built
    against_twin "twin with the indexes supposed" 0.03 0.95 -- twin_with_indexes extremes.snapshot "$benches/twin_indexes.sql"
    if [ -e hypopg.names ]; then
        # HypoPG calls the index of each partition as that of the partitioned table
        psql -XAtq -F $'\t' -c 'create temp table supposed (supposed text, called text)' -c "\\copy supposed from 'hypopg.names'" -c '
            select s.supposed, i.indexrelid::regclass, i.indrelid::regclass
            from supposed s join pg_inherits h on h.inhparent = s.called::regclass join pg_index i on i.indexrelid = h.inhrelid' shop >partition.names
        cat partition.names >>hypopg.names
        compare "HypoPG ($supposed of $(grep -c '^create' "$benches/twin_indexes.sql") indexes)" hypopg 0.03 0 --names hypopg.names
    fi
    compare "the original without the indexes" original 0.03 0 --quiet
    table "the indexes really built against"
    against=original
}

# seconds COMMAND...: how long it took
seconds() {
    local from=${EPOCHREALTIME/./}
    "$@" >/dev/null || return
    awk -v us="$((${EPOCHREALTIME/./} - from))" 'BEGIN { printf "%.3f\n", us / 1e6 }'
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
load_schema() {
    createdb loaded
    psql -Xq -v ON_ERROR_STOP=1 -f schema.sql loaded
}

build_time() {
    local round rounds=${ROUNDS:-5} tables=2000 url
    createdb many
    psql -Xq -v tables="$tables" -f "$benches/drift.sql" many
    pg_dump --schema-only -f schema.sql many
    url=$(server_url many)
    save many --with-values
    for round in $(seq 0 "$rounds"); do # round 0 warms the caches
        seconds load_schema >>psql.seconds
        dropdb loaded
        if ! seconds twin_start --snapshot many.snapshot >>twin.seconds; then
            missed+=("twin of $tables tables: no twin")
            return
        fi
        twin_stop
        if [ "$round" -eq 0 ]; then rm -f psql.seconds twin.seconds; fi
    done
    awk -v a="$(median twin.seconds)" -v b="$(median psql.seconds)" -v n="$tables" -v r="$rounds" 'BEGIN {
        printf "\n%d tables, median of %d alternating runs: twin from a snapshot %.1f s, psql %.1f s\n  twin : psql = %.2f (goal: at most 3)\n", n, r, a, b, a / b
        exit a / b <= 3 ? 0 : 1
    }' || missed+=("the twin of $tables tables takes more than 3 times as long as psql")
}

selftest() {
    shop
    compare "itself" original 0.01 1
    createdb copy
    pg_dump shop | psql -Xq -v ON_ERROR_STOP=1 copy >/dev/null
    sed -n '/^vacuum/p' "$benches/twin.sql" | psql -Xq copy
    explain copy "$(server_url copy)"
    compare "a copy, dumped, restored and analysed anew" copy 0.01 0
    compare "the same to 3 %" copy 0.03 0
    table "the original against"
}

for what in $wanted; do
    case "$what" in
    plans | indexes | selftest) "$what" ;;
    time) build_time ;;
    *)
        echo "twin.sh: unknown: $what" >&2
        exit 1
        ;;
    esac
done
if [ ${#missed[@]} -gt 0 ]; then
    printf 'goal missed: %s\n' "${missed[@]}" >&2
    exit 1
fi
echo "all goals met"
