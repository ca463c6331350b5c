//! `invalid-index`: an index that no query may use. `find.sql` says which of them is being built right now.

use serde_json::Value;

use super::indexes::{columns, key_list, name};
use crate::check::{Finding, Input, Severity};
use crate::plan::{Change, DropIndex};
use crate::snapshot::{Index, Relation, RelationKind};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.by_name().into_iter().filter(|r| r.extension.is_none()) {
        for index in table.indexes.iter().filter(|i| !i.valid && !is_being_built(input, table, i)) {
            findings.push(finding(input, table, index));
        }
    }
    findings
}

fn is_being_built(input: &Input, table: &Relation, index: &Index) -> bool {
    let text = |row: &crate::check::Row, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    input.rows.iter().any(|row| {
        text(row, "schema").as_deref() == Some(table.name.schema.raw()) && text(row, "index").as_deref() == Some(index.name.raw())
    })
}

fn finding(input: &Input, table: &Relation, index: &Index) -> Finding {
    let partitioned = table.kind == RelationKind::PartitionedTable;
    let why = if partitioned {
        "not every partition has its part of it"
    } else if index.ready {
        "its build broke off; every write still keeps it up to date, no query uses it"
    } else {
        "its build broke off; no query uses it"
    };
    let message = format!("{}: index {} ({}) is invalid: {why}", table.name, index.name, key_list(index));
    let finding = input
        .finding(name(table, index), &columns(index), message)
        .with("table", table.name.to_string())
        .with("bytes", index.pages * 8_192)
        .with("unique", index.unique)
        .with("definition", index.definition.clone());
    if partitioned || index.constraint.is_some() || index.parent.is_some() {
        return finding;
    }
    // A broken unique build means that a rule somebody wanted is not in force.
    let finding = if index.unique { finding.with_severity(Severity::Error) } else { finding };
    finding.with_fix(Change::DropIndex(DropIndex {
        table: table.name.clone(),
        index: index.name.clone(),
        kept: None,
        replaced_by: None,
    }))
}
