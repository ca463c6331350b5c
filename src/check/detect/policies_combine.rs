//! `policies-combine`: one policy lets a row be found, another lets it become any tenant's: policies of a command are ORed separately
//! for the old and the new row.

use super::policies::{has_floor, in_force};
use crate::check::{Finding, Input};
use crate::query::condition::Condition;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let all = in_force(input);
    let mut findings = Vec::new();
    let updates: Vec<_> = all.iter().filter(|p| p.policy.permissive && p.is_for("UPDATE")).collect();
    for scoped in &updates {
        let Some(key) = scoped.key(input) else { continue };
        let names = |c: &Condition| c.columns().iter().any(|n| n == key.raw());
        if !scoped.conditions().all(|(_, c)| names(c)) || has_floor(input, &all, scoped, "UPDATE", &key) {
            continue;
        }
        // the other one's check says nothing of the tenant: what the first one finds, the second one lets pass
        let loose = updates.iter().find(|other| {
            let shares = other.policy.roles.is_empty()
                || scoped.policy.roles.is_empty()
                || other.policy.roles.iter().any(|r| scoped.reaches(input, r));
            let check = other.check.as_ref().or(other.using.as_ref());
            let open = other.policy.check.as_ref().or(other.policy.using.as_ref());
            let always = open.is_some_and(|t| crate::query::always_true(t, other.table).is_some());
            other.table.oid == scoped.table.oid
                && other.policy.name != scoped.policy.name
                && shares
                && !always
                && check.is_some_and(|c| !names(c))
        });
        if let Some(loose) = loose {
            let message = format!(
                "{} finds rows of a tenant, and {} lets them be written with any {key}: together a row can leave its tenant",
                scoped.subject(),
                loose.policy.name
            );
            findings.push(
                scoped.finding(input, message).with("with", loose.policy.name.to_string()).with("tenant_column", key.to_string()),
            );
        }
    }
    findings
}
