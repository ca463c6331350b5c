//! Own rows whose deletion or new key reaches rows of another tenant that point at them.

use super::{Field, Try};
use crate::ident::{Ident, ident_list};
use crate::isolation::rows::{Tenant, finds, typed};
use crate::isolation::script::leak_where;
use crate::snapshot::{Reference, Relation};

/// Attacks on a table whose foreign keys pass changes on.
pub(super) fn of(field: &Field<'_>, table: &Relation, all: &mut Vec<Try>) {
    for (constraint, to) in table.foreign_keys() {
        let Some(parent) = field.model.catalog().relations.get(&to.table) else { continue };
        let key = field.model.key(table);
        // one's own tenant is nobody else's parent
        if key.as_ref().is_some_and(|k| constraint.columns == [k.clone()]) || !field.model.owner(parent.oid).is_tenant() {
            continue;
        }
        let passes_on = |letter: char| matches!(letter, 'c' | 'n' | 'd');
        let what =
            |verb: &str| format!("({}) passes on that an own row of {} is {verb}", ident_list(&constraint.columns), parent.name);
        if let Some(crossed) = crossed(field, table, parent, &constraint.columns, to) {
            if passes_on(to.on_delete) {
                let acts = format!("DELETE FROM {} WHERE {}", parent.name, crossed.parent);
                all.push(crossed.attack(field, table, "DELETE", &what("deleted"), &acts));
            }
            if let (true, Some(moved)) = (passes_on(to.on_update), &crossed.moved) {
                let acts = format!("UPDATE {} SET {moved} WHERE {}", parent.name, crossed.parent);
                all.push(crossed.attack(field, table, "UPDATE", &what("given another key"), &acts));
            }
        }
    }
}

/// A row of tenant B that points at one of tenant A.
struct Crossed {
    /// Makes both.
    setup: String,
    /// Finds the parent.
    parent: String,
    /// Finds the child.
    child: String,
    /// An assignment that changes the parent's key.
    moved: Option<String>,
}

impl Crossed {
    fn attack(&self, field: &Field<'_>, table: &Relation, command: &'static str, what: &str, acts: &str) -> Try {
        let state = format!("(SELECT string_agg(ctid::text, ',') FROM {} t WHERE {})", table.name, self.child);
        let sql = format!(
            "{}SELECT pg_catalog.set_config('dbharden.was', {state}, true);\n{}",
            self.setup,
            field.actor.act(acts, &leak_where(&format!("pg_catalog.current_setting('dbharden.was') IS DISTINCT FROM {state}")))
        );
        Try::on(table, command, what, sql).without_control()
    }
}

fn crossed(field: &Field<'_>, table: &Relation, parent: &Relation, own: &[Ident], to: &Reference) -> Option<Crossed> {
    let rows = field.rows;
    let (parents, children) = ((parent.oid, Tenant::A), (table.oid, Tenant::B));
    let (above, below) = (rows.draft_rows.get(&parents)?, rows.draft_rows.get(&children)?);
    if above.values.is_empty() || below.values.is_empty() {
        return None;
    }
    let key = field.model.key(table);
    let mut points = Vec::new();
    for (column, far) in own.iter().zip(&to.columns) {
        // the child stays tenant B's: a key that holds the tenant then refuses it
        let value = if Some(column) == key.as_ref() { below.get(column)? } else { above.get(far)? };
        points.push((column.clone(), typed(table, column, value)?));
    }
    let mut made = below.clone();
    for (column, far) in own.iter().zip(&to.columns).filter(|(c, _)| Some(*c) != key.as_ref()) {
        made.values.insert(column.clone(), above.get(far).map(str::to_owned));
    }
    let moved = to.columns.iter().zip(own).find(|(_, c)| Some(*c) != key.as_ref()).and_then(|(far, _)| {
        let free = rows.of(parent.oid, Tenant::A).and_then(|_| above.get(far))?;
        Some(format!("{far} = {}", typed(parent, far, &another(free)?)?))
    });
    // a child that is found by what the cascade changes is found by its tenant's rows as a whole
    let child =
        key.as_ref().and_then(|k| finds(table, &made, Some(k))).or_else(|| crate::isolation::rows::by_key(table, &made))?;
    Some(Crossed {
        setup: format!(
            "{};\n{};\n",
            field.insert_all(parent, rows.drafts.get(&parents)?, &[]),
            field.insert_all(table, rows.drafts.get(&children)?, &points)
        ),
        parent: above.found_by.clone(),
        child,
        moved,
    })
}

/// A text of the same type that is another one: its last digit turned.
fn another(value: &str) -> Option<String> {
    let last = value.chars().last()?;
    let turned = if last == '9' || last == '0' { '1' } else { '9' };
    last.is_ascii_digit().then(|| format!("{}{turned}", &value[..value.len() - 1]))
}
