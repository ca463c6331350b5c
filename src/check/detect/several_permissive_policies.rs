//! `several-permissive-policies`: policies that say the same twice, or that the planner must all evaluate for one role and command.

use std::collections::{BTreeMap, BTreeSet};

use super::access::ROWS;
use super::policies::{InForce, in_force};
use crate::check::{Finding, Input, Severity};
use crate::ident::ident_list;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let all = in_force(input);
    let mut tables: BTreeMap<String, Vec<&InForce>> = BTreeMap::new();
    for policy in &all {
        tables.entry(policy.table.name.to_string()).or_default().push(policy);
    }
    tables.values().filter_map(|policies| of_table(input, policies)).collect()
}

fn of_table(input: &Input, policies: &[&InForce]) -> Option<Finding> {
    let mut doubles: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut several: Vec<String> = Vec::new();
    for (i, a) in policies.iter().enumerate() {
        for b in &policies[i + 1..] {
            let (x, y) = (a.policy, b.policy);
            let narrower = (x.command == y.command || x.command == '*') && (x.roles == y.roles || x.roles.is_empty());
            let wider = (x.command == y.command || y.command == '*') && (x.roles == y.roles || y.roles.is_empty());
            if x.permissive == y.permissive && x.using == y.using && x.check == y.check && (narrower || wider) {
                doubles.insert((x.name.raw(), y.name.raw()));
            }
        }
    }
    for command in ROWS {
        let of: Vec<&&InForce> = policies.iter().filter(|p| p.policy.permissive && p.is_for(command)).collect();
        let roles: BTreeSet<_> = of.iter().flat_map(|p| &p.policy.roles).collect();
        let together = |role| of.iter().filter(|p| p.reaches(input, role)).count();
        let most =
            roles.iter().map(|r| together(r)).max().unwrap_or(0).max(of.iter().filter(|p| p.policy.roles.is_empty()).count());
        if most > 1 {
            several.push(format!("{most} for {command}"));
        }
    }
    let table = policies.first()?.table;
    if doubles.is_empty() && several.is_empty() {
        return None;
    }
    let names = ident_list(policies.iter().map(|p| &p.policy.name));
    let message = match doubles.first() {
        Some((a, b)) => format!("{}: the policies {a} and {b} say the same", table.name),
        None => format!(
            "{}: several permissive policies hold for one role ({}): each adds rows, and all are evaluated",
            table.name,
            several.join(", ")
        ),
    };
    let severity = if doubles.is_empty() { Severity::Info } else { Severity::Warning };
    let doubles: Vec<String> = doubles.iter().map(|(a, b)| format!("{a} = {b}")).collect();
    Some(
        input
            .finding_on(table, &[], message)
            .with_severity(severity)
            .with("policies", names)
            .with("same", doubles)
            .with("together", several),
    )
}
