//! What a change needs to be there before: other changes of the plan, or what the database has already.

use super::{Change, Step, merge::serves};
use crate::check::Finding;
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::Snapshot;

/// The changes with those that they need, for the same finding.
pub(super) fn with_needs<'f>(fixes: Vec<(&'f Finding, Change)>, snapshot: &Snapshot) -> Vec<(&'f Finding, Change)> {
    let needed: Vec<_> = fixes.iter().flat_map(|(f, c)| c.needs(snapshot).into_iter().map(|n| (*f, n))).collect();
    fixes.into_iter().chain(needed).collect()
}

/// Positions of the steps that must come before; `None` when something is neither there nor in the plan.
pub(super) fn positions(change: &Change, snapshot: &Snapshot, before: &[Step]) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for needed in change.needs(snapshot) {
        found.push(before.iter().position(|s| serves(&s.change, &needed))?);
    }
    let columns: Vec<(&QualifiedName, &Ident)> = match change {
        Change::TenantColumn(c) => vec![(&c.parent.table, &c.parent.column)],
        Change::CompositeKey(c) => vec![(&c.table, &c.column), (&c.parent.table, &c.parent.column)],
        _ => Vec::new(),
    };
    for (table, column) in columns {
        let there = snapshot.catalog.find(Some(table.schema.raw()), table.name.raw(), &[]).and_then(|t| t.column(column.raw()));
        if !there.is_some_and(|c| c.not_null) {
            found.push(before.iter().position(|s| requires(&s.change, table, column))?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}

/// Whether the change leaves every row of the table with a tenant in this column.
fn requires(change: &Change, table: &QualifiedName, column: &Ident) -> bool {
    match change {
        Change::TenantColumn(c) => c.table == *table && c.column == *column,
        Change::RequireTenant(c) => c.table == *table && c.column == *column,
        _ => false,
    }
}
