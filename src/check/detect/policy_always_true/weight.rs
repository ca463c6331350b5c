//! How bad an open clause is: on a tenant's table, on a look-up table, for a role that nothing binds anyway.

use super::clause::Clause;
use crate::check::detect::access::is_free;
use crate::check::{Input, Severity};
use crate::ident::Ident;
use crate::snapshot::{Policy, Relation};
use crate::tenancy::Place;

/// Parts of the names of roles that are meant to see everything.
const SERVICES: &[&str] = &["admin", "service", "migrat", "backup", "replica", "maintenance"];

/// The severity of one open clause; `None` when it is as it should be.
pub(super) fn severity(input: &Input, table: &Relation, policy: &Policy, clause: Clause) -> Option<Severity> {
    if !policy.roles.is_empty() && policy.roles.iter().all(|r| is_free(input, r) || *r == table.owner || is_service(r)) {
        return Some(Severity::Info);
    }
    let read = clause == Clause::Select;
    match input.tenancy.place(table.oid) {
        Some(Place::Shared) if read => None,
        Some(Place::Keyed(_) | Place::Reached(_)) => Some(Severity::Error),
        // people sign up and found tenants: an open INSERT is how that begins
        Some(Place::Root) if clause == Clause::Insert => Some(Severity::Info),
        Some(Place::Root) => Some(Severity::Error),
        // nobody said whose rows these are; open reading may be what is wanted
        Some(Place::Internal | Place::Unknown) | None if read => Some(Severity::Info),
        Some(Place::Shared | Place::Internal | Place::Unknown) | None => Some(Severity::Warning),
    }
}

fn is_service(role: &Ident) -> bool {
    let name = role.raw().to_ascii_lowercase();
    SERVICES.iter().any(|s| name.contains(s))
}
