//! Who was connected: `pg_stat_activity` in groups. Texts of activity are never read.

use serde::{Deserialize, Serialize};

/// Client sessions of one role, application and state in this cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConnectionGroup {
    /// Database; `None` when hidden.
    pub database: Option<String>,
    /// Role; `None` when hidden.
    pub role: Option<String>,
    /// `application_name`.
    pub application: String,
    /// `active`, `idle`, `idle in transaction`, ...; `None` when hidden.
    pub state: Option<String>,
    /// How many.
    pub sessions: i64,
    /// Age of the oldest open transaction among them, seconds.
    pub oldest_transaction_s: Option<i64>,
}
