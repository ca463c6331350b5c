//! `write-check-forgets-tenant`: a policy whose WITH CHECK does not say what its USING says of the tenant.

use super::policies::{has_floor, in_force};
use crate::check::{Finding, Input};
use crate::query;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let all = in_force(input);
    let mut findings = Vec::new();
    for policy in all.iter().filter(|p| p.policy.permissive) {
        let (Some(key), Some(using), Some(check)) = (policy.key(input), &policy.using, &policy.check) else { continue };
        let names = |c: &crate::query::condition::Condition| c.columns().iter().any(|n| n == key.raw());
        // one that is always true is policy-always-true
        let open = policy.policy.check.as_deref().is_some_and(|t| query::always_true(t, policy.table).is_some());
        let command = if policy.policy.command == '*' { "INSERT" } else { "UPDATE" };
        if !names(using) || names(check) || open || has_floor(input, &all, policy, command, &key) {
            continue;
        }
        let message = format!(
            "{} reads rows by {key} and writes them without it: a row may be moved into another tenant",
            policy.subject()
        );
        findings.push(policy.finding(input, message).with("tenant_column", key.to_string()));
    }
    findings
}
