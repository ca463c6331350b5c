//! Procedural languages: `pg_language`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// A procedural language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Language {
    /// `TRUSTED`: everybody may use it.
    pub trusted: bool,
    /// `HANDLER`.
    pub handler: Option<String>,
    /// `INLINE`: runs `DO`.
    pub inline: Option<String>,
    /// `VALIDATOR`.
    pub validator: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_language",
    sql: &[(13, include_str!("../sql/languages.sql"))],
    list: None,
    parse: |row| with_functions::<Language>(Kind::Language, row),
};
