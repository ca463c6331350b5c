//! `policy-like-session-value`, `policy-hard-coded-tenant` and `policy-by-current-user`: comparisons that mean something else than
//! "the row is this tenant's".

use super::policies::{InForce, in_force};
use crate::check::{Finding, Input};
use crate::query::condition::{Comparison, Side};

/// A pattern made of what the session says: `%` in it is everybody.
pub(super) fn like(input: &Input) -> Vec<Finding> {
    let is_like = |c: &Comparison| matches!(c.operator.as_str(), "~~" | "~~*" | "~" | "~*") && c.with == Side::Session;
    each(
        input,
        |_, c| is_like(c),
        |policy, c| {
            format!(
                "{} matches {} against the pattern {}: with % or .* in it, it means every row",
                policy.subject(),
                c.column,
                c.text
            )
        },
    )
}

/// One tenant by its number.
pub(super) fn literal(input: &Input) -> Vec<Finding> {
    let is_tenant = |p: &InForce, c: &Comparison| {
        c.with == Side::Constant && c.operator == "=" && p.policy.permissive && p.key(input).is_some_and(|k| k.raw() == c.column)
    };
    each(input, is_tenant, |policy, c| {
        format!(
            "{} lets everybody it is for ({}) at the rows of one tenant, {} = {}",
            policy.subject(),
            policy.roles(),
            c.column,
            c.text
        )
    })
}

/// The name of the role that is connected: right only where each tenant has one.
pub(super) fn user(input: &Input) -> Vec<Finding> {
    let by_user = |_: &InForce, c: &Comparison| c.with == Side::User;
    let mut findings = each(input, by_user, |policy, c| {
        format!(
            "{} tells rows apart by {}: it holds where each tenant has a role of its own, never behind a pool that connects all by one",
            policy.subject(),
            c.text
        )
    });
    // behind a pool one role serves all: with roles of their own the rows are apart
    let people = input.snapshot.catalog.roles.iter().filter(|r| r.login && !r.superuser && !r.bypass_rls).count();
    findings.retain(|_| people == 1);
    findings
}

fn each(
    input: &Input,
    wanted: impl Fn(&InForce, &Comparison) -> bool,
    say: impl Fn(&InForce, &Comparison) -> String,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let found = policy.conditions().flat_map(|(_, c)| c.comparisons()).find(|c| wanted(&policy, c));
        if let Some(c) = found.filter(|c| policy.table.column(&c.column).is_some()) {
            let message = say(&policy, &c);
            findings.push(policy.finding(input, message).with("column", c.column).with("compared_with", c.text));
        }
    }
    findings
}
