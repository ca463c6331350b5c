//! `setting-required`: a policy that is an error where its setting was never set, or reads one that nobody can set freely.

use super::policies::in_force;
use crate::check::{Finding, Input, Severity};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let required = policy.all(|c| c.required_settings());
        let servers: Vec<String> = policy.all(|c| c.settings()).into_iter().filter(|s| !s.contains('.')).collect();
        if !servers.is_empty() {
            let message = format!(
                "{} reads {}: a name without a dot is the server's own setting or none at all, never the application's",
                policy.subject(),
                servers.join(", ")
            );
            findings.push(policy.finding(input, message).with("settings", servers));
        } else if !required.is_empty() {
            let message = format!(
                "{} asks {}: where it was never set every statement fails with 42704; (..., true) returns NULL and so no rows",
                policy.subject(),
                required.join(", ")
            );
            let finding = policy.finding(input, message).with_severity(Severity::Info).with("calls", required);
            findings.push(match policy.rewritten() {
                Some(fix) => finding.with_fix(fix),
                None => finding,
            });
        }
    }
    findings
}
