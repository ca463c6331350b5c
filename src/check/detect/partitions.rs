//! `partition-reached-directly` and `future-partitions-uncovered`: a parent's policies do not hold for its partitions.

use super::access::{ROWS, bound, list, names};
use super::view_bypasses_rls::{relation, texts};
use crate::check::{Finding, Input};
use crate::ident::Ident;
use crate::plan::Hazard;
use crate::plan::change::{Alter, Change, Done};
use crate::snapshot::Relation;

/// A partition or child by inheritance without row-level security that a bound role may name.
pub(super) fn reached(input: &Input) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let mut findings = Vec::new();
    for child in catalog.by_name().into_iter().filter(|r| r.is_table() && !r.row_security) {
        let Some(parent) = protected_parent(input, child) else { continue };
        let roles = bound(input, child, ROWS);
        if roles.is_empty() {
            continue;
        }
        let message = format!(
            "{}: {} may name it, and the row-level security of its parent {} holds only for who names that",
            child.name,
            list(&roles),
            parent.name
        );
        findings.push(
            input
                .finding_on(child, &[], message)
                .with("parent", parent.name.to_string())
                .with("grantees", names(&roles))
                .with_fix(revoke(child, &roles)),
        );
    }
    findings
}

/// The nearest parent with row-level security.
fn protected_parent<'i>(input: &'i Input, child: &Relation) -> Option<&'i Relation> {
    let mut next: Vec<u32> = child.partition_of.iter().chain(&child.inherits).copied().collect();
    while let Some(oid) = next.pop() {
        let parent = input.snapshot.catalog.relations.get(&oid)?;
        if parent.row_security {
            return Some(parent);
        }
        next.extend(parent.partition_of.iter().chain(&parent.inherits));
    }
    None
}

/// Whoever uses the parent needs no privilege on the partition.
fn revoke(child: &Relation, roles: &[Option<&Ident>]) -> Change {
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for grant in child.grants.iter().filter(|g| roles.contains(&g.grantee.as_ref())) {
        let role = grant.grantee.as_ref().map_or("PUBLIC".to_owned(), Ident::to_string);
        let list = grant.privileges.join(", ");
        up.push(format!("REVOKE {list} ON {} FROM {role}", child.name));
        down.push(format!("GRANT {list} ON {} TO {role}", child.name));
    }
    Change::Alter(Alter {
        object: child.name.clone(),
        title: format!("{} is reached through its parent alone", child.name),
        up,
        down,
        lock: None,
        hazards: vec![Hazard::ChangesAccess],
        done: Done::Unseen,
    })
}

/// A parent whose next partition will be open to roles from its first moment, by default privileges.
pub(super) fn future(input: &Input) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in input.rows {
        let Some(parent) = relation(input, row, "table") else { continue };
        let roles: Vec<String> = texts(row, "grantees")
            .into_iter()
            .filter(|r| r == "PUBLIC" || !super::access::is_free(input, &Ident::new(r.as_str())))
            .collect();
        if roles.is_empty() {
            continue;
        }
        let shown: Vec<String> =
            roles.iter().map(|r| if r == "PUBLIC" { r.clone() } else { Ident::new(r.as_str()).to_string() }).collect();
        let message = format!(
            "{}: default privileges give {} every new table of {}: the next partition has no row-level security and is open from its first moment",
            parent.name,
            shown.join(", "),
            parent.owner
        );
        let partitions = input.snapshot.catalog.partitions(parent.oid).len();
        findings.push(input.finding_on(parent, &[], message).with("grantees", shown).with("partitions", partitions));
    }
    findings
}
