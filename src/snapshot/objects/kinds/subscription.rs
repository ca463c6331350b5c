//! Subscriptions: `pg_subscription`, by name. What they connect to holds secrets and is never read.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// Whether it is enabled.
    pub enabled: bool,
    /// The publications it follows, sorted.
    pub publications: Vec<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_subscription",
    sql: &[(13, include_str!("../sql/subscriptions_pg13.sql")), (14, include_str!("../sql/subscriptions.sql"))],
    list: None,
    parse: |row| plain::<Subscription>(Kind::Subscription, row),
};
