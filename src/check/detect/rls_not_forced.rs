//! `rls-not-forced`: row-level security that does not bind the role by which the application may well connect.

use std::collections::BTreeSet;

use crate::check::{Finding, Input, Severity};
use crate::config::Stage;
use crate::ident::{Ident, ident_list};
use crate::plan::Change;
use crate::plan::change::ForceRowSecurity;
use crate::plan::change::rls::names;
use crate::snapshot::{Relation, Role};

use super::rollout;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    // of partitions those that came after FORCE was set on their table
    let late = |t: &Relation| {
        t.partition_of.and_then(|p| catalog.relations.get(&p)).is_none_or(|p| p.force_row_security && !t.force_row_security)
    };
    let tables: Vec<&Relation> =
        catalog.by_name().into_iter().filter(|t| t.is_table() && t.extension.is_none() && t.row_security && late(t)).collect();
    let mut findings: Vec<Finding> = tables.iter().filter_map(|t| not_forced(input, t)).collect();
    let owners: BTreeSet<&Ident> = tables.iter().map(|t| &t.owner).collect();
    findings.extend(owners.into_iter().filter_map(|owner| beyond_force(input, owner, &tables)));
    findings
}

/// The owner is an ordinary role: FORCE would bind it.
fn not_forced(input: &Input, table: &Relation) -> Option<Finding> {
    if table.force_row_security {
        return None;
    }
    let owner = role(input, &table.owner)?;
    if is_free(owner) {
        return None;
    }
    let logins: Vec<&Role> =
        input.snapshot.catalog.roles.iter().filter(|r| r.login && !is_free(r) && acts_as(input, r, owner)).collect();
    let parent = table.partition_of.and_then(|p| input.snapshot.catalog.relations.get(&p));
    if logins.is_empty() && parent.is_none() {
        return None;
    }
    let names: Vec<&Ident> = logins.iter().map(|r| &r.name).collect();
    let sessions: i64 = names.iter().map(|n| sessions(input, n)).sum();
    let connected = if sessions > 0 { format!(", which has {sessions} sessions here,") } else { String::new() };
    let who = if let Some(parent) = parent.filter(|_| names.is_empty()) {
        format!("that of its table {} is", parent.name)
    } else if names == [&owner.name] {
        format!("its owner {}{connected} may log in and sees every row", owner.name)
    } else {
        format!(
            "{}{connected} may log in with the rights of its owner {} and sees every row",
            ident_list(names.iter().copied()),
            owner.name
        )
    };
    let message = format!("{}: row-level security is not forced; {who}", table.name);
    let mut finding = input.finding_on(table, &[], message);
    finding.fix = force(input, table, &logins);
    Some(
        finding
            .with("owner", owner.name.to_string())
            .with("logins", names.iter().map(|n| n.to_string()).collect::<Vec<_>>())
            .with("sessions", sessions)
            .with("policies", table.policies.len()),
    )
}

/// Nobody may be the owner and the application still: without a tenant set it would see nothing.
fn force(input: &Input, table: &Relation, logins: &[&Role]) -> Option<Change> {
    let settings = &input.config.tenancy;
    let enforced = table.policies.iter().any(|p| p.name.raw() == names::FLOOR);
    let apps = rollout::roles(input);
    if settings.stage < Stage::Force || !enforced || !rollout::is_prepared(input) || logins.iter().any(|r| apps.contains(&r.name))
    {
        return None;
    }
    let owner = settings.owner_role.as_ref().map(|r| Ident::new(r.as_str()));
    Some(Change::ForceRowSecurity(ForceRowSecurity { table: table.name.clone(), owner }))
}

/// The owner is a superuser or has BYPASSRLS, and somebody is connected by it: FORCE does not bind it, only another login does.
fn beyond_force(input: &Input, owner: &Ident, tables: &[&Relation]) -> Option<Finding> {
    let owner = role(input, owner).filter(|r| is_free(r) && r.login)?;
    let applications: BTreeSet<&str> =
        sessions_of(input, &owner.name).map(|c| c.application.as_str()).filter(|a| !is_tool(a)).collect();
    if applications.is_empty() {
        return None;
    }
    let names: Vec<String> = tables.iter().filter(|t| t.owner == owner.name).map(|t| t.name.to_string()).collect();
    let what = if owner.superuser { "is a superuser" } else { "has BYPASSRLS" };
    let applications: Vec<&str> = applications.into_iter().map(|a| if a.is_empty() { "(no name)" } else { a }).collect();
    let message = format!(
        "{} {what} and is connected ({}): row-level security, forced or not, does not bind it on {} tables; the application needs a role of its own",
        owner.name,
        applications.join(", "),
        names.len()
    );
    Some(
        input
            .finding(format!("role {}", owner.name), &[], message)
            .with_severity(Severity::Warning)
            .with("owner", owner.name.to_string())
            .with("superuser", owner.superuser)
            .with("bypass_rls", owner.bypass_rls)
            .with("applications", applications)
            .with("sessions", sessions(input, &owner.name))
            .with("tables", names),
    )
}

fn role<'i>(input: &'i Input, name: &Ident) -> Option<&'i Role> {
    input.snapshot.catalog.roles.iter().find(|r| r.name == *name)
}

/// Row-level security never binds it.
fn is_free(role: &Role) -> bool {
    role.superuser || role.bypass_rls
}

/// Whether a role is the owner, or a member of it at any remove: membership counts as ownership.
fn acts_as(input: &Input, role: &Role, owner: &Role) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![&role.name]);
    while let Some(name) = next.pop() {
        if *name == owner.name {
            return true;
        }
        if seen.insert(name) {
            next.extend(input.snapshot.catalog.roles.iter().filter(|r| r.name == *name).flat_map(|r| &r.member_of));
        }
    }
    false
}

fn sessions_of<'i>(input: &'i Input, role: &'i Ident) -> impl Iterator<Item = &'i crate::snapshot::ConnectionGroup> {
    let database = &input.snapshot.server.database;
    input
        .snapshot
        .connections
        .iter()
        .filter(move |c| c.role.as_deref() == Some(role.raw()) && c.database.as_ref() == Some(database))
}

fn sessions(input: &Input, role: &Ident) -> i64 {
    sessions_of(input, role).map(|c| c.sessions).sum()
}

/// Tools of administrators, which rightly connect as they do.
fn is_tool(application: &str) -> bool {
    let name = application.to_ascii_lowercase();
    ["psql", "pg_", "pgadmin", "dbeaver", "datagrip", "dbharden", "tableplus", "postgres_exporter"]
        .iter()
        .any(|t| name.starts_with(t))
}
