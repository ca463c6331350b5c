#!/usr/bin/env bash
# What keeping tenants apart in the database costs: statements under the policies that `dbharden plan` writes, the same statements with an
# explicit tenant and the same indexes, and under the usual hand-written policy (unwrapped, no index). Prepared; the three take turns.
#
# Goals, medians of ROUNDS runs: at most 1.05 x the explicit predicate for statements of 1 ms and more, 1.15 x below.
#
# Then the same for the workload of tests/systems/homeowner, taken through the stages of row-level security by `plan` and `apply`.
#
# Usage: isolation.sh; ROWS=400000, TENANTS=100, SCALE=100000, ROUNDS=9, SECONDS_EACH=1 by default. Fails when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/server.sh

rows=${ROWS:-400000} tenants=${TENANTS:-100} rounds=${ROUNDS:-9} each=${SECONDS_EACH:-1}
scale=${SCALE:-100000}
repository=$PWD
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$(mktemp -d)

server_start shared_buffers=512MB max_wal_size=4GB fsync=off synchronous_commit=off autovacuum=off jit=off max_parallel_workers_per_gather=0 "shared_preload_libraries="
trap 'server_stop; rm -rf "$work"' EXIT
cd "$work" # no settings of a directory we happen to be in
echo "PostgreSQL $server_major, $(nproc) cores, $rows rows, $tenants tenants"

quiet() { PGOPTIONS="-c client_min_messages=warning" psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
tenant=00000000-0000-0000-0000-000000000007
fill() {
    createdb "$1"
    quiet -d "$1" >/dev/null <<SQL
create table team (id uuid primary key, name text not null);
create table contact (id bigint generated always as identity primary key, team_id uuid not null references team, name text not null);
create table message (id bigint generated always as identity primary key, team_id uuid not null references team,
    contact_id bigint not null, status int not null, at timestamptz not null, body text not null);
insert into team select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'team ' || n from generate_series(1, $tenants) n;
insert into contact (team_id, name) select ('00000000-0000-0000-0000-' || lpad((1 + n % $tenants)::text, 12, '0'))::uuid, 'c' || n
    from generate_series(1, $rows / 10) n;
insert into message (team_id, contact_id, status, at, body)
    select c.team_id, c.id, n % 7, now() - n * interval '1 minute', repeat('x', 80)
    from generate_series(1, $rows) n join contact c on c.id = 1 + n % ($rows / 10);
create index on message (contact_id);
SQL
}
indexes() { quiet -d "$1" -c "create index on contact (team_id)" -c "create index on message (team_id)"; }

for database in policies explicit usual; do fill $database; done
indexes explicit
for stage in prepare enforce; do
    printf '[tenancy]\nroot = "public.team"\nkeys = ["team_id"]\nsetting = "app.team"\napp_role = "app"\nstage = "%s"\n' $stage >dbharden.toml
    "$dbharden" plan --all --no-twin --only application-role-unprepared --only rls-disabled "$(server_url policies)" >plan.out 2>&1 || [ $? = 3 ]
    "$dbharden" apply --yes --allow-unreviewed "$(server_url policies)" >apply.out 2>&1
done
[ "$(quiet -d policies -c "select count(*) from pg_policy where polname = 'tenant_floor'")" = 3 ]
quiet -d explicit -c "grant select, insert, update, delete on all tables in schema public to app"
quiet -d usual -c "grant select, insert, update, delete on all tables in schema public to app"
for table in team contact message; do
    key=$([ $table = team ] && echo id || echo team_id)
    quiet -d usual -c "alter table $table enable row level security" \
        -c "create policy own on $table using ($key = current_setting('app.team')::uuid)"
done
for database in policies explicit usual; do quiet -d $database -c "vacuum (freeze, analyze)" -c checkpoint; done

# NAME, then the statement; {and} is the explicit predicate of the table t, {tenant} its value
cat >statements <<'SQL'
by_key|select * from message t where id = :id{and}
latest|select id, at from message t where contact_id = :contact{and} order by at desc limit 20
insert|insert into message (team_id, contact_id, status, at, body) values ('TENANT', 1, 1, now(), 'x')
update|update message t set status = :status where id = :id{and}
count|select count(*) from message t where true{and}
by_status|select status, count(*), max(at) from message t where true{and} group by status
join|select c.name, count(*) from message t join contact c on c.id = t.contact_id{c} where true{and} group by c.name order by 2 desc limit 10
SQL
script() { # DATABASE NAME STATEMENT
    local sql=$3 and='' c=''
    if [ "$1" = explicit ]; then and=" and t.team_id = :'tenant'::uuid" c=" and c.team_id = :'tenant'::uuid"; fi
    and=${and//\'/} c=${c//\'/}
    sql=${sql//\{and\}/$and} sql=${sql//\{c\}/$c} sql=${sql//TENANT/$tenant}
    printf '\\set id random(1, %s)\n\\set contact random(1, %s)\n\\set status random(0, 6)\n%s;\n' "$rows" $((rows / 10)) "$sql" >"$1.$2"
}
measure() { # DATABASE NAME: mean milliseconds of a statement
    PGOPTIONS="-c app.team=$tenant" pgbench -n -M prepared -c 1 -T "$each" -U app -D "tenant=$tenant" -f "$1.$2" "$1" 2>"$work/err" |
        awk '/latency average/ { print $4 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

missed=0
printf '%-10s %12s %12s %12s %8s %8s\n' statement 'explicit ms' 'policies ms' 'usual ms' cost gained
while IFS='|' read -r name sql; do
    for database in policies explicit usual; do script $database "$name" "$sql"; done
    : >ratios
    for database in policies explicit usual; do : >"$database.ms"; done
    for ((round = 0; round < rounds; round++)); do
        # the order turns too
        if ((round % 2)); then order='policies explicit'; else order='explicit policies'; fi
        for database in $order; do measure $database "$name" >>$database.ms; done
        if ((round < 3)); then measure usual "$name" >>usual.ms; fi
        paste <(tail -n 1 policies.ms) <(tail -n 1 explicit.ms) | awk '{ print $1 / $2 }' >>ratios
    done
    e=$(median <explicit.ms) p=$(median <policies.ms) u=$(median <usual.ms) ratio=$(median <ratios)
    printf '%-10s %12s %12s %12s %8.2f %8.1f\n' "$name" "$e" "$p" "$u" "$ratio" "$(awk -v u="$u" -v p="$p" 'BEGIN { print u / p }')"
    awk -v e="$e" -v r="$ratio" 'BEGIN { exit r <= (e >= 1 ? 1.05 : 1.15) ? 0 : 1 }' || { echo "  missed: $name"; missed=1; }
done <statements

# ---- homeowner
system=$repository/tests/systems/homeowner
dropdb policies && dropdb explicit && dropdb usual
createdb policies
quiet -d policies -f "$system/schema.sql"
{ echo "set dbharden.scale = '$scale';" && cat "$system/data.sql"; } | quiet -d policies
quiet -d policies -f "$system/variants/with_path.sql" -c "vacuum analyze"
stage() { # NAME: until nothing is pending
    { sed -n '/^\[tenancy\]/,$p' "$system/proof.toml"; echo "stage = \"$1\""; } >dbharden.toml
    for ((turn = 0; turn < 8; turn++)); do
        "$dbharden" plan --all --no-twin --out homeowner "$(server_url policies)" >plan.out 2>&1 || [ $? = 3 ]
        "$dbharden" apply --yes --allow-unreviewed --dir homeowner "$(server_url policies)" >apply.out 2>&1 || { cat apply.out; exit 1; }
        if grep -q 'nothing is pending' apply.out; then return; fi
    done
}
stage prepare
quiet -d policies -f "$system/decisions.sql"
for name in prepare enforce; do stage $name; done
quiet -d policies -f "$system/decisions.sql"
stage force
quiet -d policies -c "vacuum (freeze, analyze)"
for database in explicit usual; do createdb -T policies $database; done
quiet -d explicit <<'SQL'
do $$ declare t regclass; begin
  for t in select oid from pg_class where relrowsecurity loop
    execute format('alter table %s disable row level security', t);
    execute format('drop trigger if exists dbharden_require_tenant on %s', t);
  end loop;
end $$;
SQL
quiet -d usual <<'SQL'
do $$ declare p record; begin
  for p in select polrelid::regclass as t, polname from pg_policy loop
    execute format('drop policy %I on %s', p.polname, p.t);
    execute format('drop trigger if exists dbharden_require_tenant on %s', p.t);
  end loop;
  for p in select c.oid::regclass as t, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
           where c.relrowsecurity and a.attname = case when c.relname = 'teams' then 'id' else 'teamId' end loop
    execute format('create policy own on %s using (%I = current_setting(''app.team_id'')::uuid)', p.t, p.attname);
  end loop;
  for p in select i.indexrelid::regclass as t from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
           where a.attname = 'teamId' and not i.indisunique loop
    execute format('drop index %s', p.t);
  end loop;
end $$;
SQL
for database in policies explicit usual; do quiet -d $database -c "analyze" -c checkpoint; done
ROUNDS=$rounds SECONDS_EACH=$each python3 "$repository/benches/isolation/homeowner.py" "$system"/workload/*.sql || missed=1
exit $missed
