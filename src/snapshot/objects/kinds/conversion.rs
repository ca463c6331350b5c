//! Encoding conversions: `pg_conversion`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// An encoding conversion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversion {
    /// From this encoding.
    pub for_encoding: String,
    /// To this one.
    pub to_encoding: String,
    /// `DEFAULT`.
    pub default: bool,
    /// The function that does it.
    pub function: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_conversion",
    sql: &[(13, include_str!("../sql/conversions.sql"))],
    list: None,
    parse: |row| with_functions::<Conversion>(Kind::Conversion, row),
};
