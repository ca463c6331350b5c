//! `anonymous-may-write`: a policy that lets callers without a login change rows through an API.

use super::access::WRITES;
use super::policies::in_force;
use crate::check::{Finding, Input};

/// Roles of callers who have not signed in, as PostgREST and Supabase name them.
const ANONYMOUS: &[&str] = &["anon", "web_anon"];

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all = in_force(input);
    for policy in all.iter().filter(|p| p.policy.permissive && p.policy.command != 'r') {
        let mut reached = Vec::new();
        for command in WRITES.iter().filter(|c| policy.is_for(c)) {
            let grants = policy.table.grants.iter().filter(|g| g.privileges.iter().any(|p| p == command));
            let anonymous = grants.filter_map(|g| g.grantee.as_ref()).find(|r| ANONYMOUS.contains(&r.raw()));
            // what asks the session who it is does not hold for somebody who is nobody
            let condition =
                if *command == "INSERT" { policy.check.as_ref().or(policy.using.as_ref()) } else { policy.using.as_ref() };
            let asks = condition
                .is_some_and(|c| c.functions().iter().any(|(schema, name)| schema == "auth" || name == "current_setting"));
            let floor = all.iter().any(|p| p.table.oid == policy.table.oid && !p.policy.permissive && p.is_for(command));
            if let Some(role) = anonymous.filter(|r| policy.reaches(input, r) && !asks && !floor) {
                reached.push((role, *command));
            }
        }
        let Some((role, _)) = reached.first() else { continue };
        let commands: Vec<&str> = reached.iter().map(|(_, c)| *c).collect();
        let message =
            format!("{} (to {}) lets {role} do {}, without a login", policy.subject(), policy.roles(), commands.join(", "));
        findings.push(policy.finding(input, message).with("role", role.to_string()).with("commands", commands));
    }
    findings
}
