//! `membership-writable`: the application's role may say itself who belongs to a tenant, or change the tenant's own row.

use super::access::{bound, list, names};
use super::policies::{InForce, has_floor, in_force};
use crate::check::{Finding, Input, Severity};
use crate::ident::Ident;
use crate::query::condition::Condition;
use crate::snapshot::Relation;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let all = in_force(input);
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables().into_iter().filter(|t| t.row_security) {
        if Some(table.oid) == input.tenancy.root {
            findings.extend(root(input, table, &all));
        } else if input.tenancy.is_membership(&input.snapshot.catalog, table) {
            findings.extend(membership(input, table, &all));
        }
    }
    findings
}

fn root(input: &Input, table: &Relation, all: &[InForce]) -> Option<Finding> {
    let open = |command: &&str| all.iter().any(|p| p.table.oid == table.oid && p.policy.permissive && p.is_for(command));
    let commands: Vec<&str> = ["UPDATE", "DELETE"].into_iter().filter(open).collect();
    let roles = bound(input, table, &commands);
    if roles.is_empty() {
        return None;
    }
    let message = format!(
        "{}: {} may do {} on the row of its own tenant: plan, limits and owner with it; column privileges narrow that",
        table.name,
        list(&roles),
        commands.join(", ")
    );
    let finding = input.finding_on(table, &[], message).with_severity(Severity::Info);
    Some(finding.with("grantees", names(&roles)).with("commands", commands))
}

fn membership(input: &Input, table: &Relation, all: &[InForce]) -> Option<Finding> {
    let key = super::policies::key(input, table)?;
    let own: Vec<&InForce> = all.iter().filter(|p| p.table.oid == table.oid && p.policy.permissive).collect();
    for command in ["INSERT", "UPDATE"] {
        let roles = bound(input, table, &[command]);
        let loose = own.iter().find(|p| {
            let check = p.check.as_ref().or(p.using.as_ref());
            p.is_for(command) && check.is_some_and(|c| !scoped(c, &key)) && !has_floor(input, all, p, command, &key)
        });
        if let Some(policy) = loose.filter(|_| !roles.is_empty()) {
            let message = format!(
                "{} lets {} write members of any tenant: nothing in it compares {key}, so a person joins whom he likes",
                policy.subject(),
                list(&roles)
            );
            return Some(policy.finding(input, message).with("grantees", names(&roles)).with("tenant_column", key.to_string()));
        }
    }
    None
}

fn scoped(condition: &Condition, key: &Ident) -> bool {
    condition.columns().iter().any(|c| c == key.raw())
}
