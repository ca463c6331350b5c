//! `policy-trusts-user-claim`: a policy believes what the caller can change about himself.

use super::policies::in_force;
use crate::check::{Finding, Input, Severity};

/// Parts of a token that the user writes himself.
const OWN: &[&str] = &["user_metadata", "raw_user_meta_data"];

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in in_force(input) {
        let own: Vec<String> = policy
            .all(|c| [c.texts(), c.columns()].concat())
            .into_iter()
            .filter(|t| OWN.iter().any(|o| t.split(['.', ',', '{', '}']).any(|part| part == *o)))
            .collect();
        let called = policy.all(|c| c.functions());
        let calls = |name: &str| called.iter().any(|(schema, n)| schema == "auth" && n == name);
        let (message, severity) = if let Some(first) = own.first() {
            (format!("{} trusts {first}, which every user may change himself", policy.subject()), Severity::Error)
        } else if calls("email") {
            (
                format!(
                    "{} tells people apart by auth.email(): an address can be changed and given to another",
                    policy.subject()
                ),
                Severity::Warning,
            )
        } else if calls("role") {
            (
                format!(
                    "{} asks auth.role(): TO authenticated says it without a call, and an anonymous sign-in has the same role",
                    policy.subject()
                ),
                Severity::Info,
            )
        } else {
            continue;
        };
        findings.push(policy.finding(input, message).with_severity(severity).with("trusts", own));
    }
    findings
}
