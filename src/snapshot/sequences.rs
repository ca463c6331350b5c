//! Sequences: `pg_sequence`, and how far they have got.

use serde::{Deserialize, Serialize};

use super::Oid;
use crate::ident::{Ident, QualifiedName};

/// One sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Schema and name.
    pub name: QualifiedName,
    /// Type of the sequence: `integer`, `bigint`, ...
    pub data_type: String,
    /// Largest value it gives.
    pub max_value: i64,
    /// Smallest value it gives.
    pub min_value: i64,
    /// Its step.
    pub increment: i64,
    /// `CYCLE`.
    pub cycle: bool,
    /// Last value given. `None` means *unknown* when [`Sequence::position_seen`] is false, else not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_value: Option<i64>,
    /// Whether this role may read the position.
    pub position_seen: bool,
    /// The table and column that own it or take their default from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<OwnedBy>,
}

/// The column a sequence fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedBy {
    /// `pg_class.oid` of the table.
    pub table: Oid,
    /// The column.
    pub column: Ident,
}
