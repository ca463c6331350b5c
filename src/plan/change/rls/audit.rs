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

/// What the log says, and never the statement: its literals are users' data. `is_set` tells whether the statement has a tenant at all.
/// Everybody may call it: the policy holds for every role, for whoever works today is to go on.
///
/// It is a WARNING that the function keeps from the client, and no LOG: behind each LOG the server writes the whole statement, unless
/// a superuser says otherwise (`log_min_error_statement`).
pub(super) fn create_logs(schema: &Ident, major: u32) -> Vec<Statement> {
    let name = logs(schema);
    // other statements of the transaction may have left a picture of the activity behind
    let (declare, ask, detail, value) = if major >= QUERY_ID {
        let ask = "PERFORM pg_catalog.pg_stat_clear_snapshot();
    SELECT a.query_id INTO query FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a;
    ";
        ("DECLARE\n    query pg_catalog.int8;\n", ask, ", query_id %s", ", coalesce(query::pg_catalog.text, 'unknown')")
    } else {
        ("", "", "", "")
    };
    let body = format!(
        "{declare}BEGIN
    {ask}RAISE WARNING USING
        MESSAGE = pg_catalog.format('dbharden: row-level security would refuse to %s %s: %s', action, relation,
            CASE WHEN is_set THEN 'rows of another tenant' ELSE 'no tenant is set' END),
        DETAIL = pg_catalog.format('role %I, application_name %L{detail}', current_user,
            pg_catalog.current_setting('application_name'){value});
    RETURN true;
END"
    );
    let create = format!(
        "CREATE OR REPLACE FUNCTION {name}(relation pg_catalog.text, action pg_catalog.text, is_set pg_catalog.bool)\n    \
         RETURNS pg_catalog.bool LANGUAGE plpgsql VOLATILE PARALLEL SAFE SET search_path = '' SET client_min_messages = error\n    \
         AS $log$\n{body}\n$log$"
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

/// First major version whose sessions show the `query_id` of their statement.
const QUERY_ID: u32 = 14;

/// The signature of [`logs`].
pub(super) const LOGS_SIGNATURE: &str = "pg_catalog.text, pg_catalog.text, pg_catalog.bool";
