#!/usr/bin/env bash
# Installs the system packages that a make target needs, and says so. Usage: setup.sh build|test|bench|realworld ...
# Debian and its kin: apt-get, as root or through sudo. Elsewhere it says what to install. What is there is left alone.
set -euo pipefail

packages=()
need() { # need PACKAGE 'command that succeeds when it is there'
    if ! eval "$2" >/dev/null 2>&1; then packages+=("$1"); fi
}

server_binaries() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' || compgen -G '/usr/pgsql-*/bin/initdb' || command -v initdb ||
        [ -n "${DBHARDEN_PG_BIN:-}" ]
}
contrib() {
    compgen -G '/usr/share/postgresql/*/extension/pg_stat_statements.control' || compgen -G '/usr/pgsql-*/share/extension/pg_stat_statements.control' ||
        [ -n "${DBHARDEN_PG_BIN:-}" ]
}
hypopg() { compgen -G '/usr/share/postgresql/*/extension/hypopg.control'; }
# not libclang-cpp.so, which is another library
libclang() { # the four names the bindings' generator looks for
    local directory name
    for directory in '/usr/lib/llvm-*/lib' '/usr/lib*' '/usr/lib/*'; do
        for name in 'libclang.so' 'libclang.so.*' 'libclang-[0-9]*.so' 'libclang-[0-9]*.so.*'; do
            compgen -G "$directory/$name" && return
        done
    done
    return 1
}
clang_headers() { compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' || compgen -G '/usr/lib*/clang/*/include/stddef.h' || compgen -G '/usr/lib/gcc/*/*/include/stddef.h'; }

for what in "$@"; do
    case "$what" in
    build)
        need gcc 'command -v cc'
        need libc6-dev 'test -e /usr/include/stdio.h'
        need libclang-dev 'libclang && clang_headers' # pg_query's bindings are made at build time
        need postgresql 'server_binaries'
        need postgresql-contrib 'contrib'
        need postgresql-client 'command -v psql'
        ;;
    test)
        need pgbouncer 'command -v pgbouncer || test -x /usr/sbin/pgbouncer'
        need openssl 'command -v openssl'
        need util-linux 'command -v setpriv'
        ;;
    bench)
        # its name carries the server's major version
        major=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -n 1)
        need "postgresql-${major:-15}-hypopg" 'hypopg'
        need procps 'command -v ps'
        need time 'test -x /usr/bin/time'
        ;;
    node) need npm 'command -v npm' ;;
    runners) need sqitch 'command -v sqitch' ;;
    python) need python3-venv 'python3 -c "import venv, ensurepip"' ;;
    *)
        echo "setup.sh: unknown: $what" >&2
        exit 1
        ;;
    esac
done

if ! command -v cargo >/dev/null; then
    echo "setup: no Rust toolchain found. To do: install one from rustup.rs (1.94 or later)." >&2
    exit 1
fi
if [ ${#packages[@]} -eq 0 ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
    echo "setup: please install what Debian calls: ${packages[*]}" >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "setup: to do as root: apt-get install ${packages[*]}" >&2
        exit 1
    }
    as_root="sudo"
fi
echo "setup: installing ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
echo "setup: done"
