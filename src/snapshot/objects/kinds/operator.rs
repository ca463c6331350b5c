//! Operators: `pg_operator`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// An operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    /// The function behind it.
    pub function: Option<String>,
    /// `COMMUTATOR`: `app.=`.
    pub commutator: Option<String>,
    /// `NEGATOR`.
    pub negator: Option<String>,
    /// `RESTRICT`: estimates a condition.
    pub restrict: Option<String>,
    /// `JOIN`: estimates a join.
    pub join: Option<String>,
    /// `HASHES`.
    pub hashes: bool,
    /// `MERGES`.
    pub merges: bool,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_operator",
    sql: &[(13, include_str!("../sql/operators.sql"))],
    list: None,
    parse: |row| with_functions::<Operator>(Kind::Operator, row),
};
