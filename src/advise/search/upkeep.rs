//! What keeping an index costs while the workload was counted: time that the table's INSERTs and UPDATEs would take longer.

use std::collections::BTreeSet;

use pg_query::{NodeEnum, NodeRef};

use crate::query::{self, Access, Analyzed, Role};
use crate::snapshot::{Oid, Relation, Snapshot};

/// Most that writing one entry of an index takes, milliseconds: a descent and its share of WAL. Measured: 300,000 rows into a table with
/// five indexes more took 6.5 microseconds more for each entry, 100,000 updates that were not HOT 8.8.
const ENTRY_MS: f64 = 0.005;
/// Share of a write's time that is spent on indexes; each has its part of it.
const ON_INDEXES: f64 = 0.5;
/// Calls that are no habit.
const LOADS: i64 = 2;
/// An entry of a GIN index is many.
const GIN: f64 = 4.0;

/// Milliseconds.
pub fn of_index(snapshot: &Snapshot, workload: &[Analyzed], table: Oid, using: &str) -> f64 {
    let catalog = &snapshot.catalog;
    let Some(relation) = catalog.relations.get(&table) else { return 0.0 };
    let mut parts = catalog.partitions(table);
    parts.push(relation);
    let indexes = parts.iter().map(|r| r.indexes.len()).max().unwrap_or(0) as f64;
    let own = columns(using);
    let (mut ms, mut seen) = (0.0, false);
    for analyzed in workload {
        let statement = analyzed.statement;
        if statement.calls <= LOADS {
            continue; // a table that was filled once
        }
        let written = |a: &&Access| parts.iter().any(|r| r.oid == a.relation);
        for access in analyzed.analysis.accesses.iter().filter(written) {
            let entries = match access.role {
                Role::Insert | Role::Merge => 1.0,
                // one that sets a column of the index cannot be HOT: every index of the table gets an entry
                Role::Update if access.assigned.iter().any(|a| own.contains(a.column.raw())) => 1.0 + indexes,
                Role::Update => cold_share(&parts),
                _ => continue,
            };
            seen = true;
            let measured = statement.total_ms * ON_INDEXES / (indexes + 1.0);
            ms += entries * measured.min(statement.rows.max(statement.calls) as f64 * ENTRY_MS);
        }
    }
    if !seen {
        ms = counted(&parts) * ENTRY_MS;
    }
    ms * if using.starts_with("USING gin") { GIN } else { 1.0 }
}

/// Columns in an index's keys and condition.
fn columns(using: &str) -> BTreeSet<String> {
    let parsed = query::parse(&format!("CREATE INDEX ON t {using}"));
    let Ok(parsed) = parsed else { return BTreeSet::new() };
    let nodes = parsed.nodes().into_iter().filter_map(|(node, ..)| match node {
        NodeRef::IndexElem(key) if !key.name.is_empty() => Some(key.name.clone()),
        NodeRef::ColumnRef(column) => match column.fields.last()?.node.as_ref()? {
            NodeEnum::String(name) => Some(name.sval.clone()),
            _ => None,
        },
        _ => None,
    });
    nodes.collect()
}

/// Share of updates that write every index: those that are not HOT.
fn cold_share(parts: &[&Relation]) -> f64 {
    let sum = |f: &dyn Fn(&crate::snapshot::TableActivity) -> i64| -> f64 {
        parts.iter().filter_map(|r| r.activity.as_ref()).map(|a| f(a).max(0) as f64).sum()
    };
    let updated = sum(&|a| a.updated);
    if updated > 0.0 { 1.0 - (sum(&|a| a.hot_updated) / updated).min(1.0) } else { 1.0 }
}

/// Writes that the server counted, where no statement of the workload says them. The rows that are there were perhaps loaded once.
fn counted(parts: &[&Relation]) -> f64 {
    let of = |a: &crate::snapshot::TableActivity| (a.inserted - a.live_rows).max(0) + (a.updated - a.hot_updated).max(0);
    parts.iter().filter_map(|r| r.activity.as_ref()).map(|a| of(a) as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_not_parts_of_words() {
        let of = |using: &str| columns(using).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(of("USING btree (a, \"B\" DESC)"), "B a");
        assert_eq!(of("USING btree (lower(c)) WHERE (gone IS NULL)"), "c gone");
        assert_eq!(of("USING gin ((doc -> 'tree') jsonb_path_ops)"), "doc");
    }
}
