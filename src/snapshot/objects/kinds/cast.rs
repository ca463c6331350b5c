//! Casts: `pg_cast`. Their names are their two types.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A cast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cast {
    /// The function with the types of its arguments.
    pub function: Option<String>,
    /// `f` function, `i` in and out through text, `b` the same bytes.
    pub method: char,
    /// `e` explicit, `a` also in assignments, `i` also implicit.
    pub context: char,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_cast",
    sql: &[(13, include_str!("../sql/casts.sql"))],
    list: None,
    parse: |row| plain::<Cast>(Kind::Cast, row),
};
