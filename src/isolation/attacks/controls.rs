//! Positive controls: what tenant A must be able to do with its own rows.

use super::{Field, Try};
use crate::isolation::model::Owner;
use crate::isolation::rows::{Tenant, finds};
use crate::isolation::script::{TOLD, leak_where, noting};

/// One for each command of each table; success is the row `leak` here too.
pub(in crate::isolation) fn controls(field: &Field<'_>) -> Vec<Try> {
    let (model, actor) = (field.model, field.actor);
    let mut all = Vec::new();
    for table in model.tables() {
        let Some(a) = field.rows.of(table.oid, Tenant::A) else { continue };
        let owner = model.owner(table.oid);
        let own = finds(table, a, model.key(table).as_ref()).unwrap_or_else(|| a.found_by.clone());
        let seen = format!("SELECT 'leak' AS verdict FROM {} WHERE {own} LIMIT 1", table.name);
        all.push(Try::on(table, "SELECT", "own row", actor.enter() + &seen + ";\n"));
        if !owner.is_tenant() {
            continue;
        }
        if let Some(set) = field.assignment(table) {
            let acts = format!("UPDATE {} SET {set} WHERE {own}", table.name);
            all.push(Try::on(table, "UPDATE", "own row", a.remember() + &actor.act(&acts, &leak_where(&a.moved()))));
        }
        // a row that others point at cannot be deleted, which shows that it could be reached
        let acts = noting(&format!("DELETE FROM {} WHERE {own}", table.name), "foreign_key_violation");
        let seen = leak_where(&format!("{} OR {TOLD}", a.moved()));
        all.push(Try::on(table, "DELETE", "own row", a.remember() + &actor.act(&acts, &seen)));
        if let (false, Some(draft)) = (*owner == Owner::Root, field.rows.drafts.get(&(table.oid, Tenant::A))) {
            let (acts, collides) = (field.insert(table, draft, &[]), field.rows.colliding.contains(&(table.oid, Tenant::A)));
            // policies are asked before keys
            let acts = if collides { noting(&acts, "unique_violation") } else { acts };
            all.push(Try::on(table, "INSERT", "own row", actor.act(&acts, &leak_where("true"))));
        }
    }
    all
}
