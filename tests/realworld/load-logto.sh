#!/bin/sh
# Loads the schema of Logto (npm: @logto/schemas), a product whose every table has a permissive policy that lets all rows pass
# under a restrictive one that keeps tenants apart. Nothing of it is kept here: the package is fetched when the script runs.
#
#   load-logto.sh URL    loads it into this empty database (makes the role logto_tenant_logto)
#   load-logto.sh        prints the SQL
set -eu

version=1.43.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "@logto/schemas@$version" >/dev/null && tar xzf ./*.tgz)
package=$work/package

# its own order: "init_order" in a file's comment, files without one last, then by name
ordered() {
    for file in "$package"/tables/*.sql; do
        case ${file##*/} in _functions.sql | [!_]*) ;; *) continue ;; esac
        order=$(sed -n 's/.*init_order *= *\([0-9.]*\).*/\1/p' "$file" | head -n 1)
        printf '%s\t%s\n' "${order:-100}" "$file"
    done | LC_ALL=C sort -t "$(printf '\t')" -k1,1n -k2 | cut -f 2
}

after_each() {
    grep -q no_after_each "$1" || sed "s/\${name}/$(basename "$1" .sql)/g" "$package/tables/_after_each.sql"
}

sql() {
    cat "$package/tables/_before_all.sql"
    # the one table that is described in a program
    sed -n '/create table tenants/,/^  );/p' "$package/lib/models/tenants.js" | sed 's/\${TenantTag.Development}/development/'
    ordered | while read -r file; do
        cat "$file"
        echo ';' # the last statement of a file may lack it
        after_each "$file"
    done
    cat "$package/tables/_after_all.sql"
}

fill() {
    sed 's/\${database}/logto/g; s/\${password}/logto/g'
}

if [ $# -eq 0 ]; then
    sql | fill
else
    sql | fill | PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 -1 "$1"
fi
