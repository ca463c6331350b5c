//! `[[partitioning]]`: tables that are to be cut by time, and what becomes of what cannot be kept. All of it is a person's decision.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// One `[[partitioning]]`: a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partitioning {
    /// The table, SQL-quoted with its schema: `public."EmailEvent"`.
    pub table: String,
    /// The column that says when a row came, unquoted: `createdAt`.
    pub column: String,
    /// How much time one partition holds.
    #[serde(default)]
    pub interval: Interval,
    /// Partitions that are made ahead of time.
    #[serde(default = "four")]
    pub ahead: u32,
    /// Whether a default partition takes rows that no other one takes; else such an INSERT fails.
    #[serde(default = "yes")]
    pub default_partition: bool,
    /// Unique constraints and indexes, unquoted, that hold for the columns together with the key from then on.
    #[serde(default)]
    pub widen_unique: Vec<String>,
    /// What becomes of foreign keys of other tables that refer to it, by SQL-quoted path: `public.click.click_event_id_fkey`.
    #[serde(default)]
    pub foreign_keys: BTreeMap<String, Incoming>,
    /// Whether the application no longer says ON CONFLICT with a key that is lost.
    #[serde(default)]
    pub on_conflict_changed: bool,
}

/// How much time one partition holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interval {
    /// A day.
    Day,
    /// Seven days from a Monday on.
    Week,
    /// A month.
    #[default]
    Month,
    /// A year.
    Year,
}

/// What becomes of a foreign key that refers to the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Incoming {
    /// It goes.
    Drop,
    /// It refers to the key too: the column of its own table that holds it, filled and kept right, unquoted.
    With(String),
}

fn four() -> u32 {
    4
}

fn yes() -> bool {
    true
}

impl Partitioning {
    /// Refuses what no migration can be made of.
    ///
    /// # Errors
    /// No partition ahead, or so many that planning suffers.
    pub fn validate(&self) -> Result<()> {
        if !(1..=200).contains(&self.ahead) {
            return Err(Error::new("`[[partitioning]] ahead` is out of range")
                .because("without one there is nowhere to put new rows, and over many statements plan slowly")
                .fix("write a number from 1 to 200"));
        }
        Ok(())
    }
}
