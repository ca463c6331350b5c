//! Text search parsers: `pg_ts_parser`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// A text search parser: its functions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchParser {
    /// `START`.
    pub start: Option<String>,
    /// `GETTOKEN`.
    pub gettoken: Option<String>,
    /// `END`.
    pub end: Option<String>,
    /// `HEADLINE`.
    pub headline: Option<String>,
    /// `LEXTYPES`.
    pub lextypes: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_ts_parser",
    sql: &[(13, include_str!("../sql/text_search_parsers.sql"))],
    list: None,
    parse: |row| with_functions::<TextSearchParser>(Kind::TextSearchParser, row),
};
