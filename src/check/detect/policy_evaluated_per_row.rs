//! `policy-evaluated-per-row`: what is the same for all rows of a statement is computed for each.

use super::policies::in_force;
use crate::check::{Finding, Input, Severity};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let repeated = policy.all(|c| c.repeated_calls(&|schema, name| policy.policy.is_stable(schema, name)));
        let users = |schema: &str, name: &str| {
            policy
                .policy
                .functions
                .iter()
                .any(|f| f.name.name.raw() == name && (schema.is_empty() || f.name.schema.raw() == schema))
        };
        let by_row: Vec<String> =
            policy.all(|c| c.calls_by_row()).into_iter().filter(|(s, n, _)| users(s, n)).map(|(.., text)| text).collect();
        let rows = input.snapshot.catalog.rows(policy.table);
        if !repeated.is_empty() {
            let message =
                format!("{} computes {} for each row; a sub-select computes it once", policy.subject(), repeated.join(", "));
            let finding = policy.finding(input, message).with("calls", repeated).with("rows", rows);
            findings.push(match policy.rewritten() {
                Some(fix) => finding.with_fix(fix),
                None => finding,
            });
        } else if !by_row.is_empty() {
            let message = format!("{} calls {} for each row, and no index can answer that", policy.subject(), by_row.join(", "));
            findings.push(policy.finding(input, message).with_severity(Severity::Info).with("calls", by_row).with("rows", rows));
        }
    }
    findings
}
