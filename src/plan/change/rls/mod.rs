//! Row-level security, stage by stage: roles and grants, policies that only log, policies that keep tenants apart, FORCE.

mod audit;
mod enable;
mod force;
mod policies;
mod prepare;
mod row;
mod views;

pub use enable::EnableRowSecurity;
pub use force::ForceRowSecurity;
pub use policies::{Mode, TenantPolicies, names};
pub use prepare::{PrepareTenants, TableGrant};
pub use row::{Hop, RowTenant, Tenant};
pub use views::option;

use crate::ident::QualifiedName;
use crate::snapshot::{Relation, RelationKind, Snapshot};

/// A table and all of its partitions, whatever their depth: each can be read directly, and each has its own switch.
fn with_partitions<'s>(snapshot: &'s Snapshot, table: &QualifiedName) -> Option<Vec<&'s Relation>> {
    let mut found = vec![find(snapshot, table)?];
    let mut next = 0;
    while next < found.len() {
        if found[next].kind == RelationKind::PartitionedTable {
            found.extend(snapshot.catalog.partitions(found[next].oid));
        }
        next += 1;
    }
    found.retain(|r| r.is_table());
    Some(found)
}

fn find<'s>(snapshot: &'s Snapshot, table: &QualifiedName) -> Option<&'s Relation> {
    snapshot.catalog.find(Some(table.schema.raw()), table.name.raw(), &[]).filter(|t| t.is_table())
}
