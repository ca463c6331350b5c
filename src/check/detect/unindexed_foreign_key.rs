//! `unindexed-foreign-key`: a foreign key whose columns no index finds.

use super::indexes::serves;
use crate::check::{Finding, Input, Severity};
use crate::ident::ident_list;
use crate::plan::{Change, CreateIndex};
use crate::snapshot::workload::Source;
use crate::snapshot::{Constraint, Oid, Reference, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables() {
        for (key, reference) in table.foreign_keys().filter(|(k, _)| !k.inherited) {
            if !table.indexes.iter().any(|i| serves(i, &key.columns)) {
                findings.extend(finding(input, table, key, reference));
            }
        }
    }
    findings
}

fn finding(input: &Input, table: &Relation, key: &Constraint, reference: &Reference) -> Option<Finding> {
    let catalog = &input.snapshot.catalog;
    let rows = catalog.rows(table);
    if rows.is_some_and(|r| r < input.number("min_child_rows")) {
        return None;
    }
    let parent = catalog.relations.get(&reference.table);
    let parent_name = parent.map_or("a table out of sight".to_owned(), |p| p.name.to_string());
    let joined = is_looked_up(input, table.oid, key);
    let quiet = !joined && parent.is_some_and(|p| is_never_removed(input, p));
    let why = if quiet {
        format!("; rows of {parent_name} are never deleted and nothing joins on it, so it may stay")
    } else {
        String::new()
    };
    let message = format!("{}: foreign key {} ({}) has no usable index{why}", table.name, key.name, ident_list(&key.columns));
    let mut finding = input
        .finding(format!("{}.{}", table.name, key.name), &key.columns, message)
        .with("table", table.name.to_string())
        .with("parent", parent_name)
        .with("rows", rows)
        .with("parent_deletes", parent.and_then(|p| p.activity.as_ref()).map(|a| a.deleted))
        .with("joined_in_workload", joined);
    if quiet {
        return Some(finding.with_severity(Severity::Info));
    }
    finding = finding.with_fix(Change::CreateIndex(CreateIndex::for_lookup(&table.name, &key.columns)));
    Some(finding)
}

/// Whether a statement of the workload finds rows of the table by these columns.
fn is_looked_up(input: &Input, table: Oid, key: &Constraint) -> bool {
    let accesses = input.workload.iter().flat_map(|a| &a.analysis.accesses).filter(|a| a.relation == table);
    accesses.into_iter().any(|access| {
        let joined = access.joins.iter().filter_map(|j| j.target.column());
        let compared = access.filters.iter().filter_map(|f| f.target.column());
        let named: Vec<_> = joined.chain(compared).collect();
        key.columns.iter().all(|c| named.contains(&c))
    })
}

/// Whether the counters of at least a day say that no row of the parent was ever deleted. Without a workload nobody can say that
/// nothing joins.
fn is_never_removed(input: &Input, parent: &Relation) -> bool {
    input.snapshot.workload.source != Source::None
        && input.activity_days() >= 1.0
        && parent.activity.as_ref().is_some_and(|a| a.deleted == 0)
}
