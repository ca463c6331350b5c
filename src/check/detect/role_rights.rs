//! Rights that the role of an application should not have: `role-escapes-row-security`, `role-may-become-owner`,
//! `predefined-role-granted`, `excessive-table-privilege`.

use std::collections::BTreeMap;

use super::access::{self, bound, is_free, memberships};
use super::view_bypasses_rls::texts;
use crate::check::{Finding, Input, Severity};
use crate::ident::{Ident, QualifiedName, ident_list};
use crate::plan::Hazard;
use crate::plan::change::{Alter, Change, Done};
use crate::snapshot::{Relation, Role};
use crate::tenancy;

/// Parts of the names of roles that are meant to see everything.
const SERVICES: &[&str] = &["admin", "service", "migrat", "backup", "replica", "maintenance", "owner", "postgres"];

/// Privileges that no application needs to read and write rows. TRUNCATE asks no policy.
const EXCESS: &[&str] = &["TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN"];

/// Tables named in a message.
const SHOWN: usize = 4;

fn protected<'i>(input: &'i Input) -> Vec<&'i Relation> {
    input.snapshot.catalog.tables().into_iter().filter(|t| t.row_security).collect()
}

/// Roles that this database gives something to, or that are connected to it: being in the cluster says nothing.
fn is_used(input: &Input, role: &Ident) -> bool {
    let database = &input.snapshot.server.database;
    let connected =
        input.snapshot.connections.iter().any(|c| c.role.as_deref() == Some(role.raw()) && c.database.as_ref() == Some(database));
    let with = memberships(input, role);
    connected
        || input
            .snapshot
            .catalog
            .relations
            .values()
            .any(|t| t.grants.iter().any(|g| g.grantee.as_ref().is_some_and(|r| *r != t.owner && with.contains(r))))
}

fn is_service(role: &Ident) -> bool {
    let name = role.raw().to_lowercase();
    SERVICES.iter().any(|s| name.contains(s))
}

fn on_role(role: &Ident, title: String, up: String, down: String, done: Done) -> Change {
    Change::Alter(Alter {
        // a role has no schema
        object: QualifiedName::new("pg_catalog", role.raw()),
        title,
        up: vec![up],
        down: vec![down],
        lock: None,
        hazards: vec![Hazard::ChangesAccess, Hazard::BreaksApplication],
        done,
    })
}

fn finding(input: &Input, role: &Ident, message: String) -> Finding {
    input.finding(format!("role {role}"), &[], message).with("role", role.to_string())
}

/// BYPASSRLS on a role that uses protected tables.
pub(super) fn escapes(input: &Input) -> Vec<Finding> {
    let tables = protected(input);
    let mut findings = Vec::new();
    for role in input.snapshot.catalog.roles.iter().filter(|r| r.bypass_rls && !r.superuser) {
        let uses: Vec<String> = tables
            .iter()
            .filter(|t| t.owner != role.name && t.grants.iter().any(|g| g.grantee.as_ref() == Some(&role.name)))
            .map(|t| t.name.to_string())
            .collect();
        if uses.is_empty() || !role.login {
            continue;
        }
        let message = format!("{} has BYPASSRLS and uses {} protected tables: no policy binds it", role.name, uses.len());
        let found = finding(input, &role.name, message).with("tables", uses);
        findings.push(if is_service(&role.name) {
            found.with_severity(Severity::Info)
        } else {
            let alter = |what: &str| format!("ALTER ROLE {} {what}", role.name);
            let done = Done::Bound { role: role.name.clone() };
            let title = format!("role {} is bound by row-level security", role.name);
            found.with_fix(on_role(&role.name, title, alter("NOBYPASSRLS"), alter("BYPASSRLS"), done))
        });
    }
    findings
}

/// A bound role that may take on one that is not: SET ROLE, or CREATEROLE.
pub(super) fn becomes(input: &Input) -> Vec<Finding> {
    let tables = protected(input);
    if tables.is_empty() {
        return Vec::new();
    }
    let creators: Vec<String> = input.rows.iter().filter_map(|r| r.get("role")?.as_str()).map(str::to_owned).collect();
    let mut findings = Vec::new();
    for role in input.snapshot.catalog.roles.iter().filter(|r| r.login && !is_free(input, &r.name) && !is_service(&r.name)) {
        if !is_used(input, &role.name) {
            continue;
        }
        let others: Vec<&Ident> = memberships(input, &role.name).into_iter().filter(|r| **r != role.name).collect();
        let free: Vec<&Ident> = others.iter().filter(|r| is_free(input, r)).copied().collect();
        let owners: Vec<&Ident> = others.iter().filter(|r| tables.iter().any(|t| t.owner == ***r)).copied().collect();
        let (severity, message) = if !free.is_empty() && switches(input, role) {
            let message = format!(
                "{} has no privileges of its own and takes on a role for each request, {} among them, whom no policy binds: whoever \
                 signs its tokens decides",
                role.name,
                ident_list(free.iter().copied())
            );
            (Severity::Info, message)
        } else if !free.is_empty() {
            let message = format!("{} may SET ROLE to {}, whom no policy binds", role.name, ident_list(free.iter().copied()));
            (Severity::Error, message)
        } else if !owners.is_empty() {
            let message = format!(
                "{} is a member of {}, which owns protected tables and may switch row-level security off",
                role.name,
                ident_list(owners.iter().copied())
            );
            (Severity::Error, message)
        } else if creators.iter().any(|c| c == role.name.raw()) {
            let message = format!(
                "{} has CREATEROLE: it may make roles, and before PostgreSQL 16 give itself any that is no superuser's",
                role.name
            );
            (Severity::Warning, message)
        } else {
            continue;
        };
        let names = |list: Vec<&Ident>| list.into_iter().map(Ident::to_string).collect::<Vec<_>>();
        findings.push(
            finding(input, &role.name, message)
                .with_severity(severity)
                .with("not_bound", names(free))
                .with("owners", names(owners)),
        );
    }
    findings
}

/// The login of an API that takes on the role of each caller, as PostgREST does: it inherits nothing, owns nothing, has no privilege
/// of its own, and the roles it takes on are no logins, some of them bound by policies. What it may become is meant.
fn switches(input: &Input, role: &Role) -> bool {
    let catalog = &input.snapshot.catalog;
    let named = |r: &Relation| r.owner == role.name || r.grants.iter().any(|g| g.grantee.as_ref() == Some(&role.name));
    let members: Vec<&Role> = role.member_of.iter().filter_map(|m| access::role(input, m)).collect();
    let bound = |r: &&Role| {
        !r.bypass_rls
            && !r.superuser
            && catalog.relations.values().any(|t| t.grants.iter().any(|g| g.grantee.as_ref() == Some(&r.name)))
    };
    let owns = |r: &Role| catalog.relations.values().any(|t| t.owner == r.name);
    !role.inherit
        && !catalog.relations.values().any(named)
        && members.iter().any(bound)
        && members.iter().all(|r| !r.login && !r.superuser && !owns(r))
}

/// Predefined roles that read files, run programs, or read and write everything.
pub(super) fn predefined(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(role) = row.get("role").and_then(|v| v.as_str()).map(Ident::new) else { continue };
        let given = texts(row, "predefined");
        if !is_used(input, &role) || is_service(&role) {
            continue;
        }
        let server = given.iter().any(|g| g.contains("server"));
        let what =
            if server { "reads and writes the server's files or runs programs there" } else { "reads or writes every table" };
        let message = format!("{role} has {}: it {what}", given.join(", "));
        let title = format!("role {role} loses {}", given.join(", "));
        let list = given.join(", ");
        let fix = on_role(&role, title, format!("REVOKE {list} FROM {role}"), format!("GRANT {list} TO {role}"), Done::Unseen);
        findings.push(
            finding(input, &role, message)
                .with_severity(if server { Severity::Error } else { Severity::Warning })
                .with("predefined", given)
                .with_fix(fix),
        );
    }
    findings
}

/// What a role has and does not need.
#[derive(Default)]
struct Excess<'i> {
    /// Tables, and which of [`EXCESS`] on each.
    tables: Vec<(&'i Relation, Vec<&'static str>)>,
    /// Sequences that it may set, and whether it may ask them for values by another right.
    sequences: Vec<(QualifiedName, bool)>,
}

/// TRUNCATE and its like on tables, setval on sequences, of a role that policies bind.
pub(super) fn excessive(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let Some(why) = tenancy::intent(catalog, input.config) else { return Vec::new() };
    let mut of: BTreeMap<Option<Ident>, Excess> = BTreeMap::new();
    for table in catalog.by_name().into_iter().filter(|t| t.is_table() && t.extension.is_none()) {
        for role in bound(input, table, EXCESS) {
            let has =
                |p: &&&str| table.grants.iter().any(|g| g.grantee.as_ref() == role && g.privileges.iter().any(|x| x == **p));
            of.entry(role.cloned()).or_default().tables.push((table, EXCESS.iter().filter(has).copied().collect()));
        }
    }
    for row in input.rows {
        let text = |key: &str| row.get(key).and_then(|v| v.as_str());
        let (Some(schema), Some(name)) = (text("schema"), text("name")) else { continue };
        let role = text("role").map(Ident::new);
        if role.as_ref().is_none_or(|r| !is_free(input, r) && !r.raw().starts_with("pg_")) {
            let usage = row.get("usage").and_then(|v| v.as_bool()).unwrap_or(false);
            of.entry(role).or_default().sequences.push((QualifiedName::new(schema, name), usage));
        }
    }
    // who owns more tables than it has too much on is the one that migrates
    let owned = |role: &Ident| catalog.relations.values().filter(|t| t.is_table() && t.owner == *role).count();
    let migrates = |role: &Option<Ident>, on: usize| role.as_ref().is_some_and(|r| is_service(r) || owned(r) > on);
    let of = of.into_iter().filter(|(role, excess)| !migrates(role, excess.tables.len()));
    of.map(|(role, excess)| one_excess(input, role.as_ref(), &excess, &why)).collect()
}

fn one_excess(input: &Input, role: Option<&Ident>, excess: &Excess, why: &str) -> Finding {
    let Excess { tables, sequences } = excess;
    let name = role.map_or("PUBLIC".to_owned(), Ident::to_string);
    let privileges: Vec<&str> = EXCESS.iter().filter(|p| tables.iter().any(|(_, has)| has.contains(p))).copied().collect();
    let names: Vec<String> = tables.iter().map(|(t, _)| t.name.to_string()).collect();
    let sequence_names: Vec<String> = sequences.iter().map(|(s, _)| s.to_string()).collect();
    let mut parts = Vec::new();
    if !tables.is_empty() {
        parts.push(format!("{} on {}", privileges.join(", "), shown(&names)));
    }
    if !sequences.is_empty() {
        parts.push(format!("UPDATE on the sequences {}", shown(&sequence_names)));
    }
    let mut message = format!("{name} has {}", parts.join(", and "));
    if privileges.contains(&"TRUNCATE") {
        message.push_str(": TRUNCATE empties a table for all tenants and asks no policy");
    } else if !sequences.is_empty() {
        message.push_str(": after setval() the next rows of all tenants fail");
    }
    let on_tables = |verb: &str, to: &str| {
        let one = |(t, has): &(&Relation, Vec<&str>)| format!("{verb} {} ON {} {to} {name}", has.join(", "), t.name);
        tables.iter().map(one).collect::<Vec<_>>()
    };
    let (mut up, mut down) = (on_tables("REVOKE", "FROM"), on_tables("GRANT", "TO"));
    for (sequence, usage) in sequences {
        if !usage {
            up.push(format!("GRANT USAGE ON SEQUENCE {sequence} TO {name}"));
            down.push(format!("REVOKE USAGE ON SEQUENCE {sequence} FROM {name}"));
        }
        up.push(format!("REVOKE UPDATE ON SEQUENCE {sequence} FROM {name}"));
        down.push(format!("GRANT UPDATE ON SEQUENCE {sequence} TO {name}"));
    }
    let lost: Vec<&str> = privileges.iter().copied().chain((!sequences.is_empty()).then_some("UPDATE of sequences")).collect();
    let fix = Change::Alter(Alter {
        object: QualifiedName::new("pg_catalog", role.map_or("public", Ident::raw)),
        title: format!("{name} loses {}", lost.join(", ")),
        up,
        down,
        lock: None,
        hazards: vec![Hazard::ChangesAccess],
        done: Done::Unseen,
    });
    input
        .finding(format!("role {name}"), &[], message)
        .with("tables", names)
        .with("privileges", privileges)
        .with("sequences", sequence_names)
        .with("expected_because", why)
        .with_fix(fix)
}

/// The first of them, and how many more.
fn shown(names: &[String]) -> String {
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ") + &more
}
