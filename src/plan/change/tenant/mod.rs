//! Changes that give each row its tenant and keep it there.

mod column;
mod composite_key;
mod drop_foreign_key;
pub(super) mod foreign_key;
pub(super) mod gates;
mod not_null;
mod sync;

use super::create_index::table_bytes;
use crate::ident::QualifiedName;
use crate::snapshot::Snapshot;

/// Rows a second that a backfill fills behind a trigger: an order of magnitude, no promise.
const FILLED: f64 = 20e3;

/// Bytes of a heap read in a second.
const READ: f64 = 200e6;

pub use column::{Parent, RootKey, TenantColumn};
pub use composite_key::CompositeKey;
pub use drop_foreign_key::DropForeignKey;
pub use not_null::RequireTenant;

/// Bytes and seconds of filling each row: the table grows by its own size until vacuum has cleared it.
pub(super) fn written_anew(name: &QualifiedName, snapshot: &Snapshot) -> (Option<i64>, Option<f64>) {
    let catalog = &snapshot.catalog;
    let Some(table) = catalog.find(Some(name.schema.raw()), name.name.raw(), &[]) else { return (None, None) };
    let Some(rows) = catalog.rows(table) else { return (None, None) };
    (Some(table_bytes(table, catalog)), Some(rows / FILLED))
}

/// Bytes and seconds of a constraint that is validated.
pub(super) fn read_once(name: &QualifiedName, snapshot: &Snapshot) -> (Option<i64>, Option<f64>) {
    let table = snapshot.catalog.find(Some(name.schema.raw()), name.name.raw(), &[]);
    (Some(0), table.map(|t| table_bytes(t, &snapshot.catalog) as f64 / READ))
}
