//! Text search templates: `pg_ts_template`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// A text search template: its functions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchTemplate {
    /// `INIT`.
    pub init: Option<String>,
    /// `LEXIZE`.
    pub lexize: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_ts_template",
    sql: &[(13, include_str!("../sql/text_search_templates.sql"))],
    list: None,
    parse: |row| with_functions::<TextSearchTemplate>(Kind::TextSearchTemplate, row),
};
