//! `unused-index`: an index that no query has used for as long as scans were counted.

use super::indexes::{columns, key_list, keys_only_served_by, name};
use crate::check::{Confidence, Finding, Input, Severity};
use crate::plan::{Change, DropIndex};
use crate::snapshot::{Index, Oid, Relation, RelationKind};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let days = input.activity_days();
    if days < input.number("min_days") {
        return Vec::new(); // nothing can be said yet
    }
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables() {
        let mut going: Vec<Oid> = Vec::new();
        for index in table.indexes.iter().filter(|i| i.parent.is_none()) {
            let Some(scans) = scans(input, table, index) else { continue };
            let bytes = index.pages * 8_192;
            let rule = index.unique || index.exclusion || index.constraint.is_some() || index.referenced_by_table;
            if scans == 0
                && !rule
                && index.valid
                && bytes >= input.integer("min_bytes")
                && keys_only_served_by(table, index, &going).is_empty()
            {
                going.push(index.oid);
                findings.push(finding(input, table, index, days, bytes));
            }
        }
    }
    findings
}

fn finding(input: &Input, table: &Relation, index: &Index, days: f64, bytes: i64) -> Finding {
    let database = &input.snapshot.database;
    let uncounted = (database.standbys.unwrap_or(0) - database.replicas.len() as i64).max(0);
    let mut message = format!("{}: index {} ({}) was not used once in {days:.0} days", table.name, index.name, key_list(index));
    if uncounted > 0 {
        message.push_str(&format!("; {uncounted} of the standbys were not asked (--replica URL)"));
    }
    let finding = input
        .finding(name(table, index), &columns(index), message)
        .with("table", table.name.to_string())
        .with("days", days.floor())
        .with("bytes", bytes)
        .with("writes", table.activity.as_ref().map(|a| a.inserted + a.updated - a.hot_updated))
        .with("replicas_counted", database.replicas.clone())
        .with("standbys_not_asked", uncounted);
    if uncounted > 0 || input.snapshot.server.in_recovery {
        let mut finding = finding.with_severity(Severity::Info);
        finding.confidence = Confidence::Low;
        return finding; // it may be what a replica lives on
    }
    finding.with_fix(Change::DropIndex(DropIndex {
        table: table.name.clone(),
        index: index.name.clone(),
        kept: None,
        replaced_by: None,
    }))
}

/// Scans here and on the replicas asked; those of a partitioned index are its partitions'. `None` when they were not seen.
fn scans(input: &Input, table: &Relation, index: &Index) -> Option<i64> {
    if table.kind == RelationKind::PartitionedTable {
        let catalog = &input.snapshot.catalog;
        let attached = catalog.relations.values().flat_map(|r| r.indexes.iter().map(move |i| (r, i)));
        let mut sum = 0;
        for (partition, part) in attached.filter(|(_, i)| i.parent == Some(index.oid)) {
            sum += scans(input, partition, part)?;
        }
        return Some(sum);
    }
    let activity = index.activity.as_ref()?;
    Some(activity.scans + activity.replica_scans.iter().map(|(_, n)| n).sum::<i64>())
}
