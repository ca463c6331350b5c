//! What PostgreSQL lets through by its nature: to be known, not to be mended by policies.

use super::{Field, Try};
use crate::ident::literal;
use crate::isolation::rows::finds;
use crate::isolation::script::{TOLD, leak_where};

/// What PostgreSQL lets through by its nature.
pub(super) fn of(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    let residual = |command, what: &str, sql: String| Try::at("database", command, what, sql).inherent();
    let keyed = || field.tables_of_b().into_iter().filter_map(|(t, b)| Some((t, finds(t, b, Some(&field.model.key(t)?))?)));
    if let (Some((table, theirs)), Some(as_b)) = (keyed().next(), field.enter_as_b()) {
        let seen = format!("SELECT 'leak' AS verdict FROM {} WHERE {theirs} LIMIT 1;\n", table.name);
        let what = "sets another tenant itself: whoever runs SQL as this role can be any tenant";
        all.push(residual("SELECT", what, as_b + &seen));
    }
    let writable = keyed().find(|(t, _)| field.columns.get(&t.oid).is_some_and(|c| !c.update.is_empty()));
    if let Some((table, _)) = writable {
        let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", table.name);
        let what = "LOCK TABLE: who may change rows may keep all tenants from theirs";
        all.push(residual("RIGHTS", what, actor.act(&lock, &leak_where("true"))));
    }
    let bound = keyed().find(|(t, _)| t.row_security && field.columns.get(&t.oid).is_some_and(|c| !c.select.is_empty()));
    if let Some((table, _)) = bound {
        let explain = format!("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT FROM {}", table.name);
        let body = format!(
            "DECLARE line text; BEGIN FOR line IN EXECUTE {} LOOP IF line ~ 'Rows Removed by Filter: [1-9]' THEN \
             PERFORM pg_catalog.set_config('dbharden.told', 'yes', true); END IF; END LOOP; END",
            literal(&explain)
        );
        let what = "EXPLAIN ANALYZE counts the rows that a policy hides (Rows Removed by Filter)";
        all.push(residual("SELECT", what, format!("{}DO {};\n{};\n", actor.enter(), literal(&body), leak_where(TOLD))));
        let size = format!(
            "{}{};\n",
            actor.enter(),
            leak_where(&format!("pg_catalog.pg_relation_size({}::pg_catalog.regclass) > 0", literal(&table.name.to_string())))
        );
        all.push(residual("SELECT", "sizes and numbers of rows in the catalog are those of all tenants together", size));
    }
    let statements = format!(
        "{}{};\n",
        actor.enter(),
        leak_where(
            "EXISTS (SELECT FROM pg_catalog.pg_class WHERE relname = 'pg_stat_statements' AND relkind = 'v' AND \
             pg_catalog.has_table_privilege(oid, 'SELECT'))"
        )
    );
    all.push(residual(
        "SELECT",
        "texts of the role's statements in pg_stat_statements, constants of SET and the like in them",
        statements,
    ));
    let activity = format!(
        "{}SELECT 'leak' AS verdict FROM pg_catalog.pg_stat_activity WHERE query <> '' AND usename IS NOT NULL LIMIT 1;\n",
        actor.enter()
    );
    let what = "texts of other sessions of the same role in pg_stat_activity";
    all.push(residual("SELECT", what, activity));
    let acl = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) a \
         JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE d.defaclobjtype = 'r' AND r.rolname = {})",
        literal(actor.role.raw())
    );
    let what = "default privileges open each new table before it has policies";
    all.push(residual("RIGHTS", what, leak_where(&acl) + ";\n"));
}
