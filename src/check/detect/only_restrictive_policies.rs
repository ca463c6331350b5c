//! `only-restrictive-policies`: row-level security without a permissive policy: nobody who is bound sees a row.

use super::access::{ROWS, bound, list, names};
use crate::check::{Finding, Input};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables().into_iter().filter(|t| t.row_security) {
        let roles = bound(input, table, ROWS);
        if roles.is_empty() || table.policies.iter().any(|p| p.permissive) {
            continue;
        }
        let what = if table.policies.is_empty() { "no policy" } else { "restrictive policies alone, which only take rows away" };
        let message =
            format!("{}: row-level security with {what}: {} may use the table and sees no row", table.name, list(&roles));
        findings.push(
            input
                .finding_on(table, &[], message)
                .with("policies", table.policies.iter().map(|p| p.name.to_string()).collect::<Vec<_>>())
                .with("grantees", names(&roles)),
        );
    }
    findings
}
