//! Rows that were counted because somebody asked for it (`--count-rows`): by question, the number or why there is none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Answers by [`crate::tenancy::rows::Question::id`].
pub type Counts = BTreeMap<String, Counted>;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// So many rows; at most [`crate::tenancy::rows::MOST`], where counting ends.
    Rows(i64),
    /// It could not be counted, because.
    Unseen(String),
}
