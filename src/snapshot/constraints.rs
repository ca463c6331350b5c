//! Constraints: `pg_constraint`.

use serde::{Deserialize, Serialize};

use super::Oid;
use crate::ident::Ident;

/// One constraint of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name.
    pub name: Ident,
    /// What it demands.
    pub kind: ConstraintKind,
    /// Its columns in order (of a check: those it names).
    pub columns: Vec<Ident>,
    /// `convalidated`.
    pub validated: bool,
    /// `condeferrable`.
    pub deferrable: bool,
    /// Inherited from a parent table's constraint (partitions).
    pub inherited: bool,
    /// What a foreign key points at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Reference>,
    /// Expression of a check, as `pg_get_expr()` prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// `pg_constraint.contype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// `c`
    Check,
    /// `f`
    ForeignKey,
    /// `p`
    PrimaryKey,
    /// `u`
    Unique,
    /// `x`
    Exclusion,
    /// `n` (18+) and others
    Other,
}

/// The far side of a foreign key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The referenced table.
    pub table: Oid,
    /// Its columns, in the order of the constraint's own.
    pub columns: Vec<Ident>,
    /// `confdeltype`: `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default.
    pub on_delete: char,
    /// `confupdtype`.
    pub on_update: char,
}
