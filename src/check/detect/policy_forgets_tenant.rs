//! `policy-forgets-tenant`: a policy compares a person's column and not the tenant's.

use super::policies::{has_floor, in_force};
use crate::check::{Finding, Input};
use crate::query::condition::Side;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let all = in_force(input);
    let mut findings = Vec::new();
    for policy in all.iter().filter(|p| p.policy.permissive) {
        let Some(key) = policy.key(input) else { continue };
        let Some(condition) = policy.using.as_ref().or(policy.check.as_ref()) else { continue };
        if condition.columns().iter().any(|c| c == key.raw()) || !condition.tables().is_empty() {
            continue;
        }
        let by_session = |c: &crate::query::condition::Comparison| {
            c.operator == "=" && matches!(c.with, Side::Session | Side::User) && policy.table.column(&c.column).is_some()
        };
        let Some(compared) = condition.comparisons().into_iter().find(by_session) else { continue };
        let command = if policy.policy.command == '*' { "SELECT" } else { policy.command() };
        if has_floor(input, &all, policy, command, &key) {
            continue;
        }
        let message = format!(
            "{} compares {} and not {key}: who belongs to two tenants, or has left one, reaches rows of the other",
            policy.subject(),
            compared.column
        );
        findings.push(policy.finding(input, message).with("column", compared.column).with("tenant_column", key.to_string()));
    }
    findings
}
