//! Text search configurations: `pg_ts_config` and `pg_ts_config_map`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A text search configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextSearchConfiguration {
    /// Its parser, qualified SQL.
    pub parser: String,
    /// Kinds of tokens, and the dictionaries that see them, in order.
    pub mappings: BTreeMap<String, Vec<String>>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_ts_config",
    sql: &[(13, include_str!("../sql/text_search_configurations.sql"))],
    list: None,
    parse: |row| plain::<TextSearchConfiguration>(Kind::TextSearchConfiguration, row),
};
