#!/usr/bin/env bash
# Who are the tenants of schemas that other people wrote? Where a person must say it, both candidates are shown and nothing is generated;
# where there are none, none are invented. Nothing of these products is kept here; they are installed by name when this runs.
# Usage: tenants.sh [pretix] [unleash] [pg-boss] [graphile-worker] [procrastinate]   (all of them when none is named)
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/server.sh

here=$PWD/tests/realworld
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$PWD/target/realworld
mkdir -p "$work"
failed=()

# node_package NAME@VERSION [OPTION]: in a directory of its own, where programs find it
node_package() {
    local dir=$work/${1%@*}
    mkdir -p "$dir"
    [ -e "$dir/package.json" ] || echo '{"private": true}' >"$dir/package.json"
    (cd "$dir" && npm install --no-audit --no-fund --loglevel=error "${@:2}" "$1" >/dev/null)
    echo "$dir"
}

load_pretix() { "$here/load-pretix.sh" "$work/pretix" "$1"; }
load_unleash() { (cd "$(node_package unleash-server@7.5.1 --ignore-scripts)" && NODE_NO_WARNINGS=1 node "$here/unleash.mjs" "$(tcp_url "$1")"); }
load_pg_boss() { "$here/load-pg-boss.sh" "$(server_url "$1")"; }
load_graphile_worker() { (cd "$(node_package graphile-worker@0.16.6)" && node "$here/graphile-worker.mjs" "$(tcp_url "$1")" 10); }
load_procrastinate() {
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check 'procrastinate==3.*' 'psycopg[binary]'
    "$work/venv/bin/python" "$here/procrastinate_queue.py" "$(tcp_url "$1")" 10
}

# plan NAME OPTION...: what it says of tenants; it exits 3 where it could not look at everything
plan() {
    "$dbharden" plan "$(server_url "$1")" --all --no-twin --format json "${@:2}" || [ $? -eq 3 ]
}

# judge REPORT QUESTION-OR-none CANDIDATE...: the candidates are these, and nothing that depends on them is generated
judge() {
    node -e '
        const [file, asked, ...names] = process.argv.slice(1);
        const report = JSON.parse(require("fs").readFileSync(file, "utf8"));
        const found = (report.tenancy?.candidates ?? []).map((c) => c.name);
        const of_tenants = new Set(report.findings.filter((f) => /^DBH[23]\d\d$/.test(f.id)).map((f) => f.migration).filter(Boolean));
        console.log(`  candidates: ${found.join(", ") || "none"}; ${report.tenancy?.question ?? "no question"}`);
        const wrong = [];
        if (JSON.stringify(found) !== JSON.stringify(names)) wrong.push(`candidates, not ${names.join(", ") || "none"}`);
        if ((asked === "asked") !== Boolean(report.tenancy?.question)) wrong.push("the question");
        const table_by_table = report.findings.filter((f) => f.check === "no-path-to-tenant").length;
        if (asked === "asked" && table_by_table > 0) wrong.push(`no-path-to-tenant of ${table_by_table} tables while the tenant is a guess`);
        if (of_tenants.size > 0) wrong.push(`written without a decision: ${[...of_tenants].join(", ")}`);
        for (const w of wrong) console.error(`  WRONG: ${w}`);
        process.exit(wrong.length > 0 ? 1 : 0);' "$@"
}

product() {
    local name=$1 asked=$2 out=$work/$1.tenants
    shift 2
    echo "== $name"
    rm -rf "$out"
    mkdir -p "$out"
    createdb "$name"
    "load_${name//-/_}" "$name"
    psql -Xqc analyze "$name"
    cd "$out" # no settings of a directory we happen to be in
    plan "$name" --dry-run >report.json
    judge report.json "$asked" "$@" || failed+=("$name")
    cd - >/dev/null
}

# decided NAME ROOT KEY: with the root said nothing is asked, each table that leads to a tenant is told, and what is written runs. (Django's
# foreign keys are deferrable: columns that follow them are not written.)
decided() {
    local name=$1 root=$2 key=$3 out=$work/$1.decided file n=0
    rm -rf "$out"
    mkdir -p "$out"
    cd "$out"
    plan "$name" --tenant-root "$root" --only missing-tenant-column --only foreign-key-not-tenant-scoped --only unique-not-tenant-scoped >report.json
    node -e '
        const [file, root, key] = process.argv.slice(1);
        const { tenancy, findings } = JSON.parse(require("fs").readFileSync(file, "utf8"));
        const told = new Set(findings.filter((f) => f.check === "missing-tenant-column").map((f) => f.object));
        const silent = tenancy.tables.filter((t) => t.place === "path" && !told.has(t.table)).map((t) => t.table);
        const count = (place) => tenancy.tables.filter((t) => t.place === place).length;
        console.log(`  with --tenant-root ${root}: key ${tenancy.keys}; ${count("key")} tables have it, ${count("path")} lead to it`);
        const unsaid = findings.filter((f) => f.check === "missing-tenant-column" && !f.migration && !/no migration is written|may be NULL|ORM/.test(f.message));
        if (unsaid.length > 0) console.error(`  WRONG: nothing is written, and not said why: ${unsaid.map((f) => f.object).join(", ")}`);
        const right = unsaid.length === 0 && tenancy.root === root && tenancy.keys[0] === key && tenancy.configured && !tenancy.question;
        if (silent.length > 0) console.error(`  WRONG: nothing is said of ${silent.join(", ")}`);
        process.exit(right && silent.length === 0 ? 0 : 1);' report.json "$root" "$key" || failed+=("$name: with --tenant-root")
    for file in generated-migrations/*/up.sql; do
        [ -e "$file" ] || continue
        n=$((n + 1))
        PGOPTIONS='-c client_min_messages=warning' psql -Xq -v ON_ERROR_STOP=1 -o /dev/null -f "$file" "$name" || failed+=("$name: $file")
    done
    echo "  $n migrations written and run"
    cd - >/dev/null
}

server_start max_connections=50
echo "PostgreSQL $server_major"
for name in ${*:-pretix unleash pg-boss graphile-worker procrastinate}; do
    case "$name" in
    pretix)
        product pretix asked public.pretixbase_organizer public.pretixbase_event
        decided pretix public.pretixbase_organizer organizer_id
        ;;
    unleash) product unleash asked public.users public.projects ;;
    pg-boss | graphile-worker | procrastinate) product "$name" none ;;
    *)
        echo "tenants.sh: unknown: $name" >&2
        exit 1
        ;;
    esac
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'tenants: failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
echo "tenants: none invented, none guessed"
