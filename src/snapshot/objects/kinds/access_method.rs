//! Access methods: `pg_am`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// An access method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessMethod {
    /// `t` table, `i` index.
    #[serde(alias = "type")]
    pub access_method_type: char,
    /// `HANDLER`.
    pub handler: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_am",
    sql: &[(13, include_str!("../sql/access_methods.sql"))],
    list: None,
    parse: |row| with_functions::<AccessMethod>(Kind::AccessMethod, row),
};
