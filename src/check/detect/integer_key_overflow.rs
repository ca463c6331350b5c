//! `integer-key-overflow`: a key that will soon have no number left.

use crate::check::{Finding, Input, Severity};
use crate::ident::Ident;
use crate::snapshot::{Catalog, Column, Relation, Sequence};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let tables = catalog.tables();
    let mut findings = Vec::new();
    for sequence in catalog.sequences.iter().filter(|s| !s.cycle && s.increment > 0) {
        let (Some(last), Some(owner)) = (sequence.last_value, &sequence.owned_by) else { continue };
        let Some((table, column)) = catalog.relations.get(&owner.table).and_then(|t| Some((t, t.column(owner.column.raw())?)))
        else {
            continue;
        };
        if table.extension.is_some() {
            continue;
        }
        let limit = sequence.max_value.min(largest(catalog, column).unwrap_or(i64::MAX));
        findings.extend(finding(input, table, &column.name, last, limit, sequence));
        findings.extend(children(input, &tables, table, column, last, limit, sequence));
    }
    findings
}

/// Columns of a smaller type that refer to the key: they run over first.
fn children(
    input: &Input,
    tables: &[&Relation],
    parent: &Relation,
    key: &Column,
    last: i64,
    limit: i64,
    sequence: &Sequence,
) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let mut findings = Vec::new();
    for child in tables {
        for (constraint, reference) in child.foreign_keys().filter(|(k, r)| r.table == parent.oid && !k.inherited) {
            let pairs = constraint.columns.iter().zip(&reference.columns);
            for (column, _) in pairs.filter(|(_, referenced)| **referenced == key.name) {
                let own = child.column(column.raw()).and_then(|c| largest(catalog, c)).unwrap_or(i64::MAX);
                if own < limit {
                    findings.extend(finding(input, child, column, last, own, sequence));
                }
            }
        }
    }
    findings
}

fn finding(input: &Input, table: &Relation, column: &Ident, last: i64, limit: i64, sequence: &Sequence) -> Option<Finding> {
    let used = last as f64 / limit as f64;
    if used < input.number("warn_at") {
        return None;
    }
    let per_day = table.activity.as_ref().map(|a| a.inserted as f64 / input.activity_days().max(1.0)).filter(|r| *r > 0.0);
    let days = per_day.map(|rate| (limit - last).max(0) as f64 / rate);
    let left = days.map_or(String::new(), |d| format!(", about {d:.0} days left at today's rate"));
    let message = format!("{}: {:.0} % of the numbers of {column} are used ({last} of {limit}){left}", table.name, used * 100.0);
    let severity = if used >= input.number("error_at") { Severity::Error } else { Severity::Warning };
    Some(
        input
            .finding(format!("{}.{column}", table.name), std::slice::from_ref(column), message)
            .with_severity(severity)
            .with("table", table.name.to_string())
            .with("sequence", sequence.name.to_string())
            .with("last_value", last)
            .with("limit", limit)
            .with("used", (used * 1000.0).round() / 1000.0)
            .with("days_left", days.map(f64::floor)),
    )
}

/// The largest number a column's type holds; `None` for types without such a bound.
fn largest(catalog: &Catalog, column: &Column) -> Option<i64> {
    match catalog.base_type(column.type_oid)?.name.name.raw() {
        "int2" => Some(i64::from(i16::MAX)),
        "int4" => Some(i64::from(i32::MAX)),
        "int8" => Some(i64::MAX),
        _ => None,
    }
}
