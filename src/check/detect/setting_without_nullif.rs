//! `setting-without-nullif`: a policy that fails with 22P02 on a pooled connection.

use super::policies::in_force;
use crate::check::{Finding, Input};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let casts = policy.all(|c| c.unsafe_casts());
        let functions: Vec<String> =
            policy.policy.functions.iter().filter(|f| f.casts_setting).map(|f| format!("{}()", f.name)).collect();
        let where_from = match (casts.is_empty(), functions.is_empty()) {
            (false, _) => format!("casts {}", casts.join(", ")),
            (true, false) => format!("calls {}, which casts a setting", functions.join(", ")),
            (true, true) => continue,
        };
        let message = format!(
            "{} {where_from} without NULLIF: once a transaction has set it, it is '' afterwards on the same connection, and every statement there fails with 22P02",
            policy.subject()
        );
        let mut finding = policy.finding(input, message).with("casts", casts.clone()).with("functions", functions);
        if !casts.is_empty()
            && let Some(fix) = policy.rewritten()
        {
            finding = finding.with_fix(fix);
        }
        findings.push(finding);
    }
    findings
}
