//! `redundant-index`: an index whose work another one does.

use super::indexes::{columns, key_list, name};
use super::missing_index::proposed_index;
use crate::advise::search::Redundant;
use crate::check::{Finding, Input};
use crate::plan::{Change, DropIndex};
use crate::snapshot::{Index, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables() {
        for index in table.indexes.iter().filter(|i| i.parent.is_none()) {
            let others = |index: &Index| -> Vec<&Index> {
                table.indexes.iter().filter(|o| o.oid != index.oid && covers(o, index)).collect()
            };
            // of a chain the last one stays: what is named as substitute must not be redundant itself
            if let Some(kept) = others(index).into_iter().find(|o| others(o).is_empty()) {
                findings.push(finding(input, table, index, kept));
            }
        }
    }
    findings.extend(beside_proposals(input));
    findings
}

/// Indexes that an index that is proposed makes redundant.
fn beside_proposals(input: &Input) -> Vec<Finding> {
    let proposed = input.advice.map(|a| a.redundant.as_slice()).unwrap_or_default();
    let one = |redundant: &Redundant| {
        let table = input.snapshot.catalog.relations.get(&redundant.table)?;
        let index = table.indexes.iter().find(|i| i.name == redundant.index)?;
        let new = proposed_index(table, &redundant.using);
        let message = format!(
            "{}: index {} ({}) is not needed beside the index on ({}) that is proposed",
            table.name,
            index.name,
            key_list(index),
            new.column_list()
        );
        let finding = input
            .finding(name(table, index), &columns(index), message)
            .with("table", table.name.to_string())
            .with("proposed", new.column_list())
            .with("bytes", index.pages * 8_192)
            .with("scans", index.activity.as_ref().map(|a| a.scans))
            .with("proven", "planner twin: no statement of the workload gets dearer without it")
            .with("backs_constraint", false);
        let (table, index) = (table.name.clone(), index.name.clone());
        Some(finding.with_fix(Change::DropIndex(DropIndex { table, index, kept: None, replaced_by: Some(Box::new(new)) })))
    };
    proposed.iter().filter_map(one).collect()
}

fn finding(input: &Input, table: &Relation, index: &Index, kept: &Index) -> Finding {
    let message = format!(
        "{}: index {} ({}) repeats what {} ({}) does",
        table.name,
        index.name,
        key_list(index),
        kept.name,
        key_list(kept)
    );
    let finding = input
        .finding(name(table, index), &columns(index), message)
        .with("table", table.name.to_string())
        .with("kept", kept.name.to_string())
        .with("bytes", index.pages * 8_192)
        .with("scans", index.activity.as_ref().map(|a| a.scans))
        .with("backs_constraint", index.constraint.is_some());
    if index.constraint.is_some() || index.referenced_by_table {
        return finding; // the constraint would go with it: a person decides
    }
    let change =
        DropIndex { table: table.name.clone(), index: index.name.clone(), kept: Some(kept.name.clone()), replaced_by: None };
    finding.with_fix(Change::DropIndex(change))
}

/// Whether `kept` does all that `index` does. Operator class, collation, order and predicate must be the same: a
/// `text_pattern_ops` twin serves LIKE, a partial index is small.
fn covers(kept: &Index, index: &Index) -> bool {
    let same_kind = kept.valid && index.valid && kept.method == index.method && kept.predicate == index.predicate;
    if !same_kind || kept.keys.len() < index.keys.len() || kept.keys[..index.keys.len()] != index.keys[..] {
        return false;
    }
    let whole = kept.keys.len() == index.keys.len();
    if !whole && index.method != "btree" {
        return false; // only a b-tree is as good when it has more columns
    }
    if index.exclusion || kept.exclusion {
        return false;
    }
    if index.unique && !(whole && kept.unique && (kept.nulls_not_distinct == index.nulls_not_distinct)) {
        return false; // it is also a rule, which the longer one does not enforce
    }
    let has = |c| kept.include.contains(c) || kept.keys.iter().any(|k| k.column.as_ref() == Some(c));
    if !index.include.iter().all(has) {
        return false;
    }
    // Of two equals the one that is also a rule or backs a constraint stays, else the first by name.
    let weight = |i: &Index| (i.primary, i.constraint.is_some(), i.referenced_by_table, i.unique, i.include.len());
    !whole || weight(kept) > weight(index) || weight(kept) == weight(index) && kept.name < index.name
}
