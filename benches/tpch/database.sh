# TPC-H at scale factor 1, kept between runs. Source it after scripts/server.sh, then:
#
#   tpch_start    starts a server with the databases h19 (no keys) and h22 (primary keys), made where they are not there yet
#
# The rows come from PyPI's tpchgen-cli. The data directory (3.5 GB) lies below target/advice, or below /var/tmp where the user who runs
# the server cannot reach that.

tpch_start() {
    local kept generator=$PWD/target/advice/tpchgen loaded table
    kept=$PWD/target/advice
    mkdir -p "$kept"
    if [ "$(id -u)" -eq 0 ] && ! server_run test -x "$kept"; then
        kept=/var/tmp/dbharden-advice
        mkdir -p "$kept"
        chmod 755 "$kept"
    fi
    server_data=$kept/data-$("$(server_bin)/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    # the settings that the planner sees are those that the figures of others were taken with
    server_start work_mem=64MB max_parallel_workers_per_gather=0 max_parallel_maintenance_workers=0 \
        shared_buffers=1GB max_wal_size=8GB maintenance_work_mem=512MB "shared_preload_libraries="
    loaded=$(psql -XAtc "select count(*) from pg_database where datname in ('h19', 'h22')" postgres)
    if [ "$loaded" -eq 2 ]; then return; fi
    echo "loading TPC-H, scale factor 1, once"
    if [ ! -x "$generator/bin/tpchgen-cli" ]; then
        python3 -m venv "$generator"
        "$generator/bin/pip" install -q --disable-pip-version-check tpchgen-cli==4.0.0
    fi
    for database in loading h19 h22; do dropdb --if-exists "$database" 2>/dev/null; done
    createdb loading
    psql -Xq -v ON_ERROR_STOP=1 -f benches/tpch/schema.sql loading
    for table in region nation part supplier partsupp customer orders lineitem; do
        "$generator/bin/tpchgen-cli" csv -s 1 --tables="$table" --stdout |
            psql -Xq -v ON_ERROR_STOP=1 -c "copy $table from stdin (format csv, header)" loading
    done
    psql -Xq -c 'vacuum analyze' loading
    # ANALYZE reads a random sample, and how many orders it thinks there are moves costs by 1 % and reductions by a point. Until the
    # sample is like the one that the figures of others were taken on:
    awk '/^-- Q/ { out = $2 ~ /^Q(2|17|20)$/ } !out' benches/tpch/queries.sql >"$server_dir/h19.sql"
    for _ in $(seq 1 30); do
        if [ "$server_major" -ne 15 ] || python3 benches/tpch/evaluate.py "$(server_url loading)" "$server_dir/h19.sql" |
            sed -nE 's/^.*base cost ([0-9,]+)$/\1/p' | tr -d , | awk '{ exit $1 > 5166591 * 0.999 && $1 < 5166591 * 1.001 ? 0 : 1 }'; then
            break
        fi
        psql -Xq -c 'analyze lineitem' loading
    done
    local strategy=""
    if [ "$server_major" -ge 15 ]; then strategy="strategy file_copy"; fi
    psql -Xq -v ON_ERROR_STOP=1 -c "create database h22 template loading $strategy" postgres
    psql -Xq -v ON_ERROR_STOP=1 -f benches/tpch/keys.sql h22
    # a CREATE INDEX writes the exact count of rows where ANALYZE put an estimate, even when rolled back: now, not between two measurements
    psql -Xq -v ON_ERROR_STOP=1 -c begin -f benches/tpch/keys.sql -c rollback loading
    psql -Xq -v ON_ERROR_STOP=1 -c 'alter database loading rename to h19' -c checkpoint postgres
}
