#!/usr/bin/env bash
# Does the index advice bring back the indexes that real products' authors made? Each product is filled and put to work by its own client;
# the indexes that its plans use are the truth. Then all that are no rule (unique, of a constraint) are dropped, it works again, and
# `dbharden plan` is asked, and it works once more with what that proposes. None of these products' code is kept here; they are installed by name when this runs.
# Usage: advice.sh [pg-boss] [graphile-worker] [procrastinate] [unleash] [pretix]   (all of them when none is named)
#
# Exits 2 when less than 90 % come back or more than 10 % are extras that do not pay as measured; the advice without a planner twin stands beside it to compare.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/server.sh

here=$PWD/tests/realworld
dbharden=$PWD/${DBHARDEN:-target/release/dbharden}
work=$PWD/target/realworld
mkdir -p "$work"
export XDG_CACHE_HOME=$work/cache NODE_NO_WARNINGS=1
failed=()

# node_package NAME@VERSION [OPTION]: in a directory of its own, where programs find it
node_package() {
    local dir=$work/${1%@*}
    mkdir -p "$dir"
    [ -e "$dir/package.json" ] || echo '{"private": true}' >"$dir/package.json"
    (cd "$dir" && npm install --no-audit --no-fund --loglevel=error "${@:2}" "$1" >/dev/null)
    echo "$dir"
}

# ---- products: load_NAME DATABASE fills one, work_NAME DATABASE sends what it sends all day

fill() { PGOPTIONS='-c client_min_messages=warning' psql -Xq -v ON_ERROR_STOP=1 "$1"; }

# completed jobs are kept for half a day, and a week in the archive
load_pg_boss() {
    (cd "$(node_package pg-boss@10.4.2)" && node "$here/pg-boss.mjs" "$(tcp_url "$1")" 1000 43200)
    fill "$1" <<'SQL'
insert into pgboss.job (name, data, priority, state, start_after, created_on, started_on, completed_on, policy)
select (array['mail', 'invoice', 'thumbnail'])[1 + i % 3], jsonb_build_object('bulk', i), i % 5, 'completed',
       now() - i * interval '0.5 second', now() - i * interval '0.5 second', now() - i * interval '0.5 second',
       now() - i * interval '0.49 second', 'standard'
from generate_series(1, 80000) i;
insert into pgboss.job (name, data, priority, state, start_after, created_on, policy)
select (array['mail', 'invoice', 'thumbnail'])[1 + i % 3], jsonb_build_object('later', i), i % 5, 'created', now() + i * interval '1 minute', now(), 'standard'
from generate_series(1, 3000) i;
insert into pgboss.archive (id, name, data, priority, retry_limit, retry_count, retry_delay, retry_backoff, start_after, created_on, completed_on, expire_in, keep_until, archived_on, state, policy)
select gen_random_uuid(), (array['mail', 'invoice', 'thumbnail'])[1 + i % 3], jsonb_build_object('bulk', i), i % 5, 2, 0, 0, false,
       now() - i * interval '6 seconds', now() - i * interval '6 seconds', now() - i * interval '6 seconds', '15 minutes', now(), now() - i * interval '6 seconds', 'completed', 'standard'
from generate_series(1, 100000) i;
SQL
}
work_pg_boss() { (cd "$work/pg-boss" && node "$here/pg-boss.mjs" "$(tcp_url "$1")" 2000 43200); }

# jobs that failed for good stay, others wait for their time
load_graphile_worker() {
    (cd "$(node_package graphile-worker@0.16.6)" && node "$here/graphile-worker.mjs" "$(tcp_url "$1")" 200)
    fill "$1" <<'SQL'
insert into graphile_worker._private_jobs (task_id, payload, priority, attempts, max_attempts, run_at, last_error)
select (select min(id) from graphile_worker._private_tasks), json_build_object('number', i), i % 4, 25, 25, now() - i * interval '1 minute', 'gone'
from generate_series(1, 60000) i;
insert into graphile_worker._private_jobs (task_id, payload, priority, run_at)
select (select max(id) from graphile_worker._private_tasks), json_build_object('number', i), i % 4, now() + i * interval '1 minute'
from generate_series(1, 10000) i;
SQL
}
work_graphile_worker() { (cd "$work/graphile-worker" && node "$here/graphile-worker.mjs" "$(tcp_url "$1")" 1500); }

# what has been done is kept for a day
load_procrastinate() {
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    "$work/venv/bin/python" -m pip install -q --disable-pip-version-check 'procrastinate==3.*' 'psycopg[binary]'
    "$work/venv/bin/python" "$here/procrastinate_queue.py" "$(tcp_url "$1")" 200 24 2>/dev/null
    fill "$1" <<'SQL'
insert into procrastinate_jobs (queue_name, task_name, priority, lock, args, status, attempts)
select (array['mail', 'invoice', 'report', 'sync'])[1 + i % 4], (array['mail', 'invoice', 'report', 'sync'])[1 + i % 4], 0,
       case when i % 4 = 1 then 'invoices-' || i % 500 end, jsonb_build_object('number', i),
       (case when i % 100 = 0 then 'failed' else 'succeeded' end)::procrastinate_job_status, 1
from generate_series(1, 60000) i;
update procrastinate_events set at = at - job_id * interval '1.4 seconds';
insert into procrastinate_events (job_id, type, at) select id, 'started', now() - id * interval '1.4 seconds' from procrastinate_jobs where status in ('succeeded', 'failed');
insert into procrastinate_events (job_id, type, at) select id, status::text::procrastinate_job_event_type, now() - id * interval '1.4 seconds' from procrastinate_jobs where status in ('succeeded', 'failed');
insert into procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id, job_id) select 'report', id, '', id from procrastinate_jobs where id % 20 = 0;
insert into procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)
select 'mail', 'mail', 0, jsonb_build_object('number', i), 'todo', now() + i * interval '1 minute' from generate_series(1, 3000) i;
SQL
}
work_procrastinate() { "$work/venv/bin/python" "$here/procrastinate_queue.py" "$(tcp_url "$1")" 1000 24 20 2>/dev/null; }

# flags with their history, applications that report what they use, people
load_unleash() {
    (cd "$(node_package unleash-server@7.5.1 --ignore-scripts)" && node "$here/unleash.mjs" "$(tcp_url "$1")")
    fill "$1" <<'SQL'
insert into projects (id, name) select 'project-' || i, 'Project ' || i from generate_series(0, 19) i;
insert into project_environments (project_id, environment_name) select 'project-' || i, e.name from generate_series(0, 19) i, environments e;
insert into features (name, description, type, project, created_at, archived_at)
select 'flag-' || i, 'what it is for', 'release', 'project-' || i % 20, now() - i * interval '1 hour', case when i % 10 = 0 then now() end from generate_series(1, 3000) i;
insert into feature_environments (feature_name, environment, enabled) select f.name, e.name, true from features f, environments e;
insert into feature_strategies (id, feature_name, project_name, environment, strategy_name, parameters)
select gen_random_uuid(), f.name, f.project, e.name, 'flexibleRollout', '{"rollout": "100"}' from features f, environments e, generate_series(1, 2);
insert into tags (type, value) select 'simple', 'tag-' || n from generate_series(0, 99) n;
insert into feature_tag (feature_name, tag_type, tag_value) select f.name, 'simple', 'tag-' || (n * 31 + replace(f.name, 'flag-', '')::int) % 100 from features f, generate_series(1, 3) n;
insert into segments (name, constraints) select 'segment-' || i, '[]' from generate_series(1, 200) i;
insert into feature_strategy_segment (feature_strategy_id, segment_id)
select id, (select min(segments.id) from segments) + (row_number() over (order by id))::int % 200 from feature_strategies where environment = 'production';
insert into users (name, username, email, created_at, seen_at, first_seen_at)
select 'User ' || i, 'user-' || i, 'user-' || i || '@example.com', now() - i * interval '1 hour', now(), now() from generate_series(1, 5000) i;
insert into role_user (role_id, user_id, project) select 1 + id % 3, id, 'default' from users where id > 1 on conflict do nothing;
insert into events (type, created_by, data, project, environment, feature_name, created_at, created_by_user_id, announced)
select (array['feature-created', 'feature-updated', 'feature-environment-enabled', 'feature-strategy-add', 'feature-archived'])[1 + (i * 7 % 100) / 24],
       'user-' || i % 100, '{"name": "flag"}', 'project-' || (i % 3000 + 1) % 20, case when i % 3 = 0 then 'production' end,
       'flag-' || i % 3000 + 1, now() - (150000 - i) * interval '3 minutes', 1 + i % 100, true
from generate_series(1, 150000) i;
insert into client_applications (app_name, created_at, updated_at, seen_at, strategies, announced) select 'app-' || i, now(), now(), now(), '["default"]', true from generate_series(1, 1500) i;
insert into client_applications_usage (app_name, project, environment) select 'app-' || i, 'project-' || i % 20, 'production' from generate_series(1, 1500) i;
insert into client_instances (app_name, instance_id, client_ip, last_seen, created_at, sdk_version, environment)
select 'app-' || 1 + i % 1500, 'instance-' || i, '127.0.0.1', now() - i % 1000 * interval '1 minute', now(), 'unleash-client-node:6.0.0', (array['production', 'development'])[1 + i % 2]
from generate_series(1, 30000) i;
insert into client_metrics_env (feature_name, app_name, environment, timestamp, yes, no)
select 'flag-' || 1 + i % 3000, 'app-' || 1 + i % 1500, 'production', date_trunc('hour', now()) - i / 3000 * interval '1 hour', i % 100, 1 from generate_series(1, 150000) i
on conflict do nothing;
insert into last_seen_at_metrics (feature_name, environment, last_seen_at) select feature_name, environment, now() from feature_environments;
insert into login_history (username, auth_type, created_at, successful, ip) select 'user-' || i % 5000, 'simple', now() - i * interval '1 minute', i % 20 > 0, '10.0.0.1'::inet + i % 500 from generate_series(1, 20000) i;
SQL
}
work_unleash() { (cd "$work/unleash-server" && node "$here/unleash.mjs" "$(tcp_url "$1")" 400); }

load_pretix() {
    "$here/load-pretix.sh" "$work/pretix" "$1"
    "$here/load-pretix.sh" "$work/pretix" "$1" "$here/pretix_shop.py" fill
}
work_pretix() { "$here/load-pretix.sh" "$work/pretix" "$1" "$here/pretix_shop.py" 200; }

# ---- one product

run=0
# at_work NAME: one run with every statement in the log of its own
at_work() {
    run=$((run + 1))
    log=$server_data/log/run$run.csv
    psql -Xqc "alter system set log_filename = 'run$run.log'" postgres
    psql -XAtqc 'select pg_reload_conf(), pg_sleep(0.5), pg_rotate_logfile(), pg_sleep(0.5)' postgres >/dev/null
    psql -XAtqc 'select pg_stat_reset(), pg_stat_statements_reset()' "$1" >/dev/null
    psql -Xqc "alter database \"$1\" set log_min_duration_statement = 0" postgres
    "work_${1//-/_}" "$1" 2>&1 | sed 's/^/  /'
    psql -Xqc "alter database \"$1\" reset log_min_duration_statement" postgres
    sleep 1 # counters are written when sessions end
}

# plan OPTION...: what it proposes; it exits 3 where it could not look at everything
plan() {
    "$dbharden" plan "$url" --only missing-index --all --dry-run --format json "$@" || [ $? -eq 3 ]
}

product() {
    local name=$1 url out spent code=0
    echo "== $name"
    url=$(server_url "$name") out=$work/$name.advice
    rm -rf "$out"
    mkdir -p "$out"
    createdb "$name"
    psql -Xqc 'create extension pg_stat_statements' "$name"
    "load_${name//-/_}" "$name" | sed 's/^/  /'
    psql -Xqc 'vacuum analyze' "$name"
    at_work "$name"
    spent="authors' $(python3 "$here/advice.py" spent "$url")"
    psql -Xqc 'analyze' "$name"
    python3 "$here/advice.py" truth "$url" "$out/state.json" "$log"
    python3 "$here/advice.py" drop "$url" "$out/state.json"
    psql -Xqc 'vacuum analyze' "$name"
    at_work "$name"
    spent="$spent; none $(python3 "$here/advice.py" spent "$url")"
    psql -Xqc 'vacuum analyze' "$name"
    cd "$out" # no settings of a directory we happen to be in
    plan >plan.json 2>plan.err
    plan --no-twin >plan-no-twin.json 2>/dev/null
    # to look again at what it saw
    "$dbharden" snapshot "$url" --with-values -o saved.snapshot >/dev/null 2>&1 || true
    python3 "$here/advice.py" judge "$url" state.json "$log" plan.json plan-no-twin.json >judged.txt || code=$?
    cat judged.txt
    case "$code" in
    0) ;;
    2) failed+=("$name") ;;
    *) return 1 ;;
    esac
    cd - >/dev/null
    # and really: the product at work once more, with what is proposed
    python3 "$here/advice.py" drop "$url" "$out/state.json"
    python3 "$here/advice.py" build "$url" "$out/plan.json"
    at_work "$name"
    echo "  spent: $spent; advised $(python3 "$here/advice.py" spent "$url")" | tee -a "$out/judged.txt"
}

server_data=$(mktemp -d "${TMPDIR:-/tmp}/dbharden-data.XXXXXX")
server_start track_io_timing=on max_connections=60 pg_stat_statements.track=all pg_stat_statements.save=off \
    logging_collector=on log_destination=csvlog log_directory=log log_rotation_age=0 log_rotation_size=0 log_file_mode=0644
trap 'server_stop; rm -rf "$server_data"' EXIT
echo "PostgreSQL $server_major"
if [ "$server_major" -lt 14 ]; then # plans say which statement they are of since then
    echo "advice.sh: skipped: needs PostgreSQL 14" && exit 0
fi
read -ra names <<<"${*:-pg-boss graphile-worker procrastinate unleash pretix}"
for name in "${names[@]}"; do
    case "$name" in
    pg-boss | graphile-worker | procrastinate | unleash | pretix) product "$name" ;;
    *)
        echo "advice.sh: unknown: $name" >&2
        exit 1
        ;;
    esac
done
python3 "$here/advice.py" table "$work" "${names[@]}"
if [ ${#failed[@]} -gt 0 ]; then
    echo "advice: goals missed: ${failed[*]}" >&2
    exit 2
fi
echo "advice: at least 90 % came back, at most 10 % were extras that do not pay"
