//! Event triggers: `pg_event_trigger`.

use serde::{Deserialize, Serialize};

use super::{Reading, with_functions};
use crate::snapshot::objects::Kind;

/// An event trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventTrigger {
    /// `ON`: `ddl_command_end`.
    pub event: String,
    /// `WHEN TAG IN`, sorted; empty = all.
    pub tags: Vec<String>,
    /// The function.
    pub function: Option<String>,
    /// `evtenabled`: `O` origin, `D` disabled, `R` replica, `A` always.
    pub enabled: char,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_event_trigger",
    sql: &[(13, include_str!("../sql/event_triggers.sql"))],
    list: None,
    parse: |row| with_functions::<EventTrigger>(Kind::EventTrigger, row),
};
