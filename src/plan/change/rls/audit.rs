//! The two functions that policies and triggers call. They are made by the first table that needs them and go with the last.

use super::names;
use super::row::Tenant;
use crate::ident::{Ident, QualifiedName, literal};
use crate::plan::change::gate::tag_for;
use crate::plan::statement::Statement;

/// Logs what the policies of the next stage would refuse, and lets it pass.
pub(super) fn logs(schema: &Ident) -> QualifiedName {
    QualifiedName { schema: schema.clone(), name: Ident::new("dbharden_would_refuse") }
}

/// Refuses a statement that writes without a tenant.
pub(super) fn requires(schema: &Ident) -> QualifiedName {
    QualifiedName { schema: schema.clone(), name: Ident::new("dbharden_require_tenant") }
}

/// What the log says. `set` tells whether the statement has a tenant at all.
///
/// Everybody may call it: the policy holds for every role, for whoever works today is to go on.
pub(super) fn create_logs(schema: &Ident) -> Vec<Statement> {
    let name = logs(schema);
    let body = "BEGIN
    RAISE LOG USING
        MESSAGE = pg_catalog.format('dbharden: row-level security would refuse to %s %s: %s', action, relation,
            CASE WHEN is_set THEN 'rows of another tenant' ELSE 'no tenant is set' END),
        DETAIL = pg_catalog.left(pg_catalog.current_query(), 2000);
    RETURN true;
END";
    let create = format!(
        "CREATE OR REPLACE FUNCTION {name}(relation pg_catalog.text, action pg_catalog.text, is_set pg_catalog.bool)\n    \
         RETURNS pg_catalog.bool LANGUAGE plpgsql VOLATILE PARALLEL SAFE SET search_path = ''\n    AS $log$\n{body}\n$log$"
    );
    let signature = LOGS_SIGNATURE;
    vec![
        Statement::without_lock(create),
        Statement::without_lock(format!("GRANT EXECUTE ON FUNCTION {name}({signature}) TO PUBLIC")),
    ]
}

/// `OR` this, and a row that the condition does not let pass is logged, once a statement.
pub(super) fn call(schema: &Ident, table: &QualifiedName, action: &str, tenant: &Tenant) -> String {
    let table = literal(&crate::ident::one_line(&table.to_string()));
    format!("(SELECT {}({table}, '{action}', {} IS NOT NULL))", logs(schema), tenant.text())
}

/// A policy hides rows from UPDATE and DELETE without an error: this one speaks.
pub(super) fn create_requires(schema: &Ident) -> Statement {
    let body = "BEGIN
    IF pg_catalog.row_security_active(TG_RELID) AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_policy p
        WHERE p.polrelid = TG_RELID AND p.polname = '{all}'
          AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) r WHERE pg_catalog.pg_has_role(r, 'USAGE'))
    ) THEN
        RAISE insufficient_privilege USING
            MESSAGE = pg_catalog.format('no tenant is set: nothing may be written to %s', TG_RELID::pg_catalog.regclass),
            HINT = 'set the tenant at the begin of each transaction';
    END IF;
    RETURN NULL;
END"
    .replace("{all}", names::ALL);
    Statement::without_lock(format!(
        "CREATE OR REPLACE FUNCTION {}()\n    RETURNS pg_catalog.trigger LANGUAGE plpgsql SET search_path = ''\n    \
         AS $require$\n{body}\n$require$",
        requires(schema)
    ))
}

/// Drops a function that no policy and no trigger calls any more.
pub(super) fn drop_unused(name: &QualifiedName, signature: &str) -> Statement {
    let whole = literal(&format!("{name}({signature})"));
    let body = format!(
        "BEGIN
    IF pg_catalog.to_regprocedure({whole}) IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND d.refobjid = pg_catalog.to_regprocedure({whole})
    ) THEN
        DROP FUNCTION {name}({signature});
    END IF;
END"
    );
    let tag = tag_for(&body, "unused");
    Statement::without_lock(format!("DO {tag}\n{body}\n{tag}"))
}

/// The signature of [`logs`].
pub(super) const LOGS_SIGNATURE: &str = "pg_catalog.text, pg_catalog.text, pg_catalog.bool";
