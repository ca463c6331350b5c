//! Who may do what: roles that row-level security binds, memberships, privileges.

use std::collections::BTreeSet;

use crate::check::Input;
use crate::ident::Ident;
use crate::snapshot::{Relation, Role};

/// Privileges that touch rows.
pub(super) const ROWS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE"];

/// Privileges that change rows.
pub(super) const WRITES: &[&str] = &["INSERT", "UPDATE", "DELETE"];

/// The role of this name; predefined ones are not among them.
pub(super) fn role<'i>(input: &'i Input, name: &Ident) -> Option<&'i Role> {
    input.snapshot.catalog.roles.iter().find(|r| r.name == *name)
}

/// A role that row-level security never binds.
pub(super) fn is_free(input: &Input, name: &Ident) -> bool {
    role(input, name).is_some_and(|r| r.superuser || r.bypass_rls)
}

/// Whether `role` is `of` or a member of it at any remove: a policy TO a role holds for its members.
pub(super) fn is_member(input: &Input, role: &Ident, of: &Ident) -> bool {
    memberships(input, role).contains(of)
}

/// The role itself and all roles that it is a member of, at any remove.
pub(super) fn memberships<'i>(input: &'i Input, role: &'i Ident) -> BTreeSet<&'i Ident> {
    input.snapshot.catalog.memberships(role)
}

/// Roles that row-level security binds and that have any of the privileges on a relation; `None` = PUBLIC.
pub(super) fn bound<'r>(input: &Input, relation: &'r Relation, privileges: &[&str]) -> Vec<Option<&'r Ident>> {
    let has = |p: &String| privileges.contains(&p.as_str());
    let grants = relation.grants.iter().filter(|g| g.privileges.iter().any(has)).map(|g| g.grantee.as_ref());
    grants.filter(|g| g.is_none_or(|r| *r != relation.owner && !is_free(input, r) && !r.raw().starts_with("pg_"))).collect()
}

/// Roles for a message: `app, PUBLIC`.
pub(super) fn list(roles: &[Option<&Ident>]) -> String {
    roles.iter().map(|r| r.map_or("PUBLIC".to_owned(), Ident::to_string)).collect::<Vec<_>>().join(", ")
}

/// Roles as evidence.
pub(super) fn names(roles: &[Option<&Ident>]) -> Vec<String> {
    roles.iter().map(|r| r.map_or("PUBLIC".to_owned(), Ident::to_string)).collect()
}
