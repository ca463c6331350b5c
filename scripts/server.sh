# A private, throw-away PostgreSQL for scripts. Source it, then:
#
#   server_start [name=value ...]   starts one with these settings; sets PGHOST, PGPORT, PGUSER and server_major
#   server_url DATABASE             prints a URL that dbharden, psql and most clients understand
#   tcp_url DATABASE                the same over 127.0.0.1, for clients that know no sockets
#   server_stop                     stops and removes it; happens by itself when the script ends
#
# server_data=DIRECTORY, set before, is a data directory that is kept and used again.
#
# The binaries: DBHARDEN_PG_BIN, or the newest that the distribution installed.

server_dir=""
server_data=""

# Runs a program of the server; PostgreSQL refuses root, so root lends it the user postgres.
server_run() {
    if [ "$(id -u)" -eq 0 ]; then (cd / && setpriv --reuid postgres --regid postgres --clear-groups "$@"); else "$@"; fi
}

server_bin() {
    if [ -n "${DBHARDEN_PG_BIN:-}" ]; then
        echo "${DBHARDEN_PG_BIN%%:*}"
        return
    fi
    local found
    found=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || true
    [ -n "$found" ] || found=$(compgen -G '/usr/pgsql-*/bin' | sort -V | tail -n 1) || true
    [ -n "$found" ] || found=$(dirname "$(command -v initdb)")
    echo "$found"
}

server_start() {
    local bin setting data
    bin=$(server_bin)
    server_dir=$(mktemp -d "${TMPDIR:-/tmp}/dbharden-server.XXXXXX")
    data=${server_data:-$server_dir/data}
    mkdir -p "$data"
    if [ "$(id -u)" -eq 0 ]; then chown postgres: "$server_dir" "$data"; fi
    trap server_stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if ! server_run test -e "$data/PG_VERSION"; then
        server_run "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
        echo "include 'this_run.conf'" | server_run tee -a "$data/postgresql.conf" >/dev/null
    fi
    # any free port: the bind fails loudly when somebody else is faster
    export PGHOST=$server_dir PGUSER=postgres PGPORT=$((20000 + RANDOM % 20000))
    unset PGDATABASE PGSERVICE PGPASSWORD DATABASE_URL
    {
        echo "unix_socket_directories = '$server_dir'"
        echo "listen_addresses = '127.0.0.1'"
        echo "port = $PGPORT"
        echo "fsync = off"
        echo "full_page_writes = off"
        echo "synchronous_commit = off"
        echo "autovacuum = off"
        echo "jit = off"
        echo "dynamic_shared_memory_type = mmap"
        echo "shared_preload_libraries = 'pg_stat_statements'"
        echo "pg_stat_statements.max = 10000"
        for setting in "$@"; do echo "${setting%%=*} = '${setting#*=}'"; done
    } | server_run tee "$data/this_run.conf" >/dev/null
    if ! server_run "$bin/pg_ctl" -D "$data" -l "$server_dir/log" -w -t 60 start >/dev/null; then
        server_run tail -n 20 "$server_dir/log" >&2
        return 1
    fi
    server_major=$(psql -XAtc "select current_setting('server_version_num')::int / 10000" postgres)
}

server_url() { echo "postgresql://$PGUSER@localhost:$PGPORT/$1?host=$PGHOST"; }
tcp_url() { echo "postgresql://$PGUSER@127.0.0.1:$PGPORT/$1"; }

server_stop() {
    [ -n "$server_dir" ] || return 0
    server_run "$(server_bin)/pg_ctl" -D "${server_data:-$server_dir/data}" -m "$([ -n "$server_data" ] && echo fast || echo immediate)" -w stop >/dev/null 2>&1 || true
    rm -rf "$server_dir"
    server_dir=""
}
