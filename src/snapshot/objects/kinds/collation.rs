//! Collations: `pg_collation`.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A collation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Collation {
    /// `c` libc, `i` ICU, `b` builtin, `d` the database's.
    pub provider: char,
    /// `DETERMINISTIC`.
    pub deterministic: bool,
    /// `LC_COLLATE` of libc.
    pub lc_collate: Option<String>,
    /// `LC_CTYPE` of libc.
    pub lc_ctype: Option<String>,
    /// `LOCALE` of ICU and of the builtin provider.
    pub locale: Option<String>,
    /// `RULES` of ICU.
    pub rules: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_collation",
    sql: &[(13, include_str!("../sql/collations.sql"))],
    list: None,
    parse: |row| plain::<Collation>(Kind::Collation, row),
};
