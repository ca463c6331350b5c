//! Text search dictionaries: `pg_ts_dict`.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A text search dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchDictionary {
    /// Its template, qualified SQL.
    pub template: String,
    /// Options of the template, as SQL: `language = 'english'`.
    pub options: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_ts_dict",
    sql: &[(13, include_str!("../sql/text_search_dictionaries.sql"))],
    list: None,
    parse: |row| plain::<TextSearchDictionary>(Kind::TextSearchDictionary, row),
};
