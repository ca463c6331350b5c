//! `policy-always-true`: a policy that lets every row pass, with no restrictive policy that narrows it.

mod clause;
mod weight;

use super::access::{is_free, is_member};
use clause::{Clause, always_true};
use serde_json::Value;

use crate::check::{Finding, Input, Severity};
use crate::ident::{Ident, ident_list};
use crate::snapshot::{Policy, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in input.snapshot.catalog.tables().into_iter().filter(|t| t.row_security) {
        for policy in &table.policies {
            let finding = if policy.permissive { permissive(input, table, policy) } else { restrictive(input, table, policy) };
            findings.extend(finding);
        }
    }
    findings
}

/// A permissive policy adds rows: one that adds all of them makes the others of its roles and command idle.
fn permissive(input: &Input, table: &Relation, policy: &Policy) -> Option<Finding> {
    let mut open: Vec<(Clause, String)> = always_true(table, policy);
    open.retain(|(clause, _)| !has_floor(input, table, policy, *clause));
    let severity = open.iter().filter_map(|(clause, _)| weight::severity(input, table, policy, *clause)).max()?;
    open.retain(|(clause, _)| weight::severity(input, table, policy, *clause).is_some());
    let old_row_too = open.iter().any(|(clause, _)| *clause == Clause::UpdateOld);
    let named = open.iter().filter(|(clause, _)| *clause != Clause::UpdateNew || !old_row_too);
    let commands: Vec<&str> = named.map(|(clause, _)| clause.words()).collect();
    let message = format!(
        "{}: the policy {} lets every row pass for {} to {}: {}",
        table.name,
        policy.name,
        commands.join(", "),
        roles(policy),
        open[0].1
    );
    Some(finding(input, table, policy, &open, message).with_severity(severity))
}

/// A restrictive policy takes rows away: one that takes none is a floor that holds nothing.
fn restrictive(input: &Input, table: &Relation, policy: &Policy) -> Option<Finding> {
    let open = always_true(table, policy);
    if open.is_empty() || open.len() < Clause::of(policy).count() {
        return None;
    }
    let message = format!("{}: the restrictive policy {} restricts nothing: {}", table.name, policy.name, open[0].1);
    Some(finding(input, table, policy, &open, message).with_severity(Severity::Warning))
}

fn finding(input: &Input, table: &Relation, policy: &Policy, open: &[(Clause, String)], message: String) -> Finding {
    let text = |t: &Option<String>| t.as_deref().map_or(Value::Null, Value::from);
    let why: Vec<String> = open.iter().map(|(clause, why)| format!("{}: {why}", clause.words())).collect();
    let way = input.tenancy.way(&input.snapshot.catalog, table);
    input
        .finding(format!("{}.{}", table.name, policy.name), &[], message)
        .with("table", table.name.to_string())
        .with("policy", policy.name.to_string())
        .with("permissive", policy.permissive)
        .with("roles", policy.roles.iter().map(Ident::to_string).collect::<Vec<_>>())
        .with("using", text(&policy.using))
        .with("check", text(&policy.check))
        .with("open", why)
        .with("tenant", way)
}

/// Whether restrictive policies that do restrict cover this clause for every role the policy is for.
fn has_floor(input: &Input, table: &Relation, policy: &Policy, clause: Clause) -> bool {
    let floors: Vec<&Policy> = table
        .policies
        .iter()
        .filter(|p| !p.permissive && clause.text(p).is_some())
        .filter(|p| !always_true(table, p).iter().any(|(open, _)| *open == clause))
        .collect();
    if floors.iter().any(|f| f.roles.is_empty()) {
        return true;
    }
    let reaching = reaching(input, table, policy, clause);
    !reaching.is_empty() && reaching.iter().all(|r| floors.iter().any(|f| f.roles.iter().any(|to| is_member(input, r, to))))
}

/// The roles a policy lets in: those it names; of a policy to PUBLIC those that hold the privilege, unless PUBLIC itself does.
fn reaching<'i>(input: &'i Input, table: &'i Relation, policy: &'i Policy, clause: Clause) -> Vec<&'i Ident> {
    if !policy.roles.is_empty() {
        return policy.roles.iter().collect();
    }
    let granted = || table.grants.iter().filter(|g| g.privileges.iter().any(|p| p == clause.privilege()));
    if granted().any(|g| g.grantee.is_none()) {
        return Vec::new();
    }
    granted().filter_map(|g| g.grantee.as_ref()).filter(|r| **r != table.owner && !is_free(input, r)).collect()
}

fn roles(policy: &Policy) -> String {
    if policy.roles.is_empty() { "PUBLIC".to_owned() } else { ident_list(&policy.roles) }
}
