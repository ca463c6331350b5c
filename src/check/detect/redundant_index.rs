//! `redundant-index`: an index whose work another one does.

use super::indexes::{columns, key_list, name};
use crate::check::{Finding, Input};
use crate::plan::{Change, DropIndex};
use crate::snapshot::{Index, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables() {
        for index in table.indexes.iter().filter(|i| i.parent.is_none()) {
            let others = |index: &Index| -> Vec<&Index> { table.indexes.iter().filter(|o| o.oid != index.oid && covers(o, index)).collect() };
            // of a chain the last one stays: what is named as substitute must not be redundant itself
            if let Some(kept) = others(index).into_iter().find(|o| others(o).is_empty()) {
                findings.push(finding(input, table, index, kept));
            }
        }
    }
    findings
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
    let change = DropIndex { table: table.name.clone(), index: index.name.clone(), kept: Some(kept.name.clone()) };
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
