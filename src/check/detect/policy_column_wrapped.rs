//! `policy-column-wrapped`: a policy compares a column inside a function or a cast, so that no plain index serves it.

use super::policies::in_force;
use crate::check::{Finding, Input};
use crate::query::condition::Side;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let wrapped = policy.all(|c| {
            let by_value =
                c.comparisons().into_iter().filter(|c| c.operator == "=" && matches!(c.with, Side::Session | Side::Query));
            by_value.filter_map(|c| Some((c.column, c.wrapped?))).collect()
        });
        // casts between types of text change nothing for an index
        let changes = |column: &str, how: &str| {
            let textual = policy.table.column(column).is_some_and(|c| is_textual(&c.type_name));
            !(textual && how.starts_with("a cast to ") && is_textual(how.trim_start_matches("a cast to ")))
        };
        let wrapped: Vec<String> = wrapped
            .into_iter()
            .filter(|(column, how)| policy.table.column(column).is_some() && changes(column, how))
            .filter(|(_, how)| !is_indexed(policy.table, how))
            .map(|(column, how)| format!("{column} in {how}"))
            .collect();
        if wrapped.is_empty() {
            continue;
        }
        let message =
            format!("{} compares {}: no index on the column serves it, every row is read", policy.subject(), wrapped.join(", "));
        let rows = input.snapshot.catalog.rows(policy.table);
        findings.push(policy.finding(input, message).with("wrapped", wrapped).with("rows", rows));
    }
    findings
}

fn is_textual(type_name: &str) -> bool {
    ["text", "character", "varchar", "name", "bpchar"].iter().any(|t| type_name.starts_with(t))
}

/// An index on just this expression.
fn is_indexed(table: &crate::snapshot::Relation, how: &str) -> bool {
    let wanted = crate::query::canonical_expression(how, table);
    let mut keys = table.indexes.iter().filter_map(|i| i.keys.first()?.expression.as_deref());
    wanted.is_some() && keys.any(|e| crate::query::canonical_expression(e, table) == wanted)
}
