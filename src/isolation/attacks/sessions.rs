//! What outlives a transaction: sessions that a pooler hands from one tenant to the next.

use super::{Field, Try};
use crate::isolation::rows::{Row, Tenant, finds};
use crate::snapshot::Relation;

/// A transaction, which is committed.
fn committed(statements: &str) -> String {
    format!("BEGIN;\n{statements}COMMIT;\n")
}

/// Attacks on a table that holds this row of tenant B.
pub(super) fn of(field: &Field<'_>, table: &Relation, b: &Row, all: &mut Vec<Try>) {
    let actor = field.actor;
    let key = field.model.key(table);
    let theirs = finds(table, b, key.as_ref()).unwrap_or_else(|| b.found_by.clone());
    let read = format!("SELECT 'leak' AS verdict FROM {} WHERE {theirs} LIMIT 1;\n", table.name);
    if !actor.settings.is_empty() {
        let next = committed(&actor.enter()) + &committed(&(actor.become_role() + &read));
        all.push(Try::on(table, "SELECT", "in the next transaction, which sets no tenant", next).across().subtle());
    }
    let prepared = "PREPARE dbharden_kept AS ".to_owned() + &read;
    let run = |enter: &str, how: &str| format!("{enter}SET LOCAL plan_cache_mode = force_generic_plan;\n{how} dbharden_kept;\n");
    if let Some(as_b) = field.enter_as_b() {
        let first = as_b.clone() + &prepared;
        let sql = committed(&first)
            + &committed(&run(&as_b, "EXPLAIN (COSTS OFF) EXECUTE"))
            + &committed(&run(&actor.enter(), "EXECUTE"));
        all.push(Try::on(table, "SELECT", "by a plan that was made for the other tenant", sql).across().subtle());
    }
}

/// What a session keeps, whatever policies say: known, and cured by resetting connections.
pub(super) fn inherent(field: &Field<'_>, all: &mut Vec<Try>) {
    let actor = field.actor;
    let keyed = field.tables_of_b().into_iter().find_map(|(table, b)| {
        let key = field.model.key(table)?;
        field.rows.of(table.oid, Tenant::A)?.get(&key)?;
        field.columns.get(&table.oid).filter(|c| !c.select.is_empty())?;
        Some((table, finds(table, b, Some(&key))?))
    });
    let (Some((table, theirs)), Some(as_b)) = (keyed, field.enter_as_b()) else { return };
    let read = format!("SELECT 'leak' AS verdict FROM {} WHERE {theirs}", table.name);
    let mut kept = |what: &str, sql: String| all.push(Try::at("database", "SELECT", what, sql).inherent().across());
    kept(
        "a cursor WITH HOLD of one tenant is read by the next one of the session",
        committed(&format!("{as_b}DECLARE dbharden_kept CURSOR WITH HOLD FOR {read};\n"))
            + &committed(&format!("{}FETCH 1 FROM dbharden_kept;\n", actor.enter())),
    );
    kept(
        "a temporary table of one tenant is read by the next one of the session",
        committed(&format!("{as_b}CREATE TEMP TABLE dbharden_kept AS {read};\n"))
            + &committed(&format!("{}SELECT verdict FROM pg_temp.dbharden_kept;\n", actor.enter())),
    );
    let for_session = as_b.replace(", true);\n", ", false);\n");
    kept(
        "a tenant that is set for the session, not the transaction, is the next one's too",
        committed(&for_session) + &committed(&format!("{}{read};\n", actor.become_role())),
    );
}
