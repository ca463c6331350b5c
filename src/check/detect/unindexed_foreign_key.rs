//! `unindexed-foreign-key`: a foreign key whose columns no index finds.

use std::collections::HashMap;

use super::figures::count;
use super::indexes::serves;
use crate::check::{Finding, Input, Severity};
use crate::ident::ident_list;
use crate::plan::{Change, CreateIndex};
use crate::query::Access;
use crate::snapshot::workload::Source;
use crate::snapshot::{Constraint, Oid, Reference, Relation};

/// What the workload's statements read and write, by relation.
type Accesses<'a> = HashMap<Oid, Vec<&'a Access>>;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut accesses: Accesses = HashMap::new();
    for access in input.workload.iter().flat_map(|a| &a.analysis.accesses) {
        accesses.entry(access.relation).or_default().push(access);
    }
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables() {
        for (key, reference) in table.foreign_keys().filter(|(k, _)| !k.inherited) {
            if !table.indexes.iter().any(|i| serves(i, &key.columns)) {
                findings.extend(finding(input, &accesses, table, key, reference));
            }
        }
    }
    findings
}

fn finding(input: &Input, accesses: &Accesses, table: &Relation, key: &Constraint, reference: &Reference) -> Option<Finding> {
    let catalog = &input.snapshot.catalog;
    let rows = catalog.rows(table);
    if rows.is_some_and(|r| r < input.number("min_child_rows")) {
        return None;
    }
    let parent = catalog.relations.get(&reference.table);
    let parent_name = parent.map_or("a table out of sight".to_owned(), |p| p.name.to_string());
    let joined = is_looked_up(accesses, table.oid, key);
    let quiet = !joined && parent.is_some_and(|p| is_never_removed(input, p));
    let small = rows.filter(|r| *r < input.number("small_rows") && holds_data(input));
    let why = match small {
        _ if quiet => format!("; rows of {parent_name} are never deleted and nothing joins on it, so it may stay"),
        Some(rows) => format!("; with {} a scan is as quick, so it may stay until there are more", count(rows as i64, "row")),
        None => String::new(),
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
    if small.is_some() {
        finding = finding.with_severity(Severity::Info);
    }
    finding = finding.with_fix(Change::CreateIndex(CreateIndex::for_lookup(&table.name, &key.columns)));
    Some(finding)
}

/// Whether any table is in real use: in a database that was only just made, every table is small and that says nothing.
fn holds_data(input: &Input) -> bool {
    input.snapshot.catalog.relations.values().any(|r| r.rows.is_some_and(|n| n >= 10.0 * input.number("small_rows")))
}

/// Whether a statement of the workload finds rows of the table by these columns.
fn is_looked_up(accesses: &Accesses, table: Oid, key: &Constraint) -> bool {
    accesses.get(&table).into_iter().flatten().any(|access| {
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
