//! What the server counted: `pg_stat_user_tables`, `pg_stat_user_indexes`, `pg_stat_database`.

use serde::{Deserialize, Serialize};

/// Counters of one table since the statistics were reset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableActivity {
    /// Sequential scans begun.
    pub seq_scan: i64,
    /// Rows they read.
    pub seq_tup_read: i64,
    /// Index scans begun; `None` without an index.
    pub idx_scan: Option<i64>,
    /// Rows inserted.
    pub inserted: i64,
    /// Rows updated.
    pub updated: i64,
    /// Rows updated without touching an index (HOT).
    pub hot_updated: i64,
    /// Rows deleted.
    pub deleted: i64,
    /// Estimated live rows.
    pub live_rows: i64,
    /// Estimated dead rows.
    pub dead_rows: i64,
    /// Last ANALYZE by hand or by autovacuum, seconds since 1970.
    pub last_analyze: Option<i64>,
    /// Last VACUUM by hand or by autovacuum, seconds since 1970.
    pub last_vacuum: Option<i64>,
}

/// Counters of one index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexActivity {
    /// Scans begun.
    pub scans: i64,
    /// Last scan, seconds since 1970 (16+).
    pub last_scan: Option<i64>,
    /// Scans on each replica that `--replica` named, by the replica's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replica_scans: Vec<(String, i64)>,
}

/// Counters of the whole database.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DatabaseActivity {
    /// Transactions committed.
    pub commits: i64,
    /// Transactions rolled back.
    pub rollbacks: i64,
    /// Deadlocks.
    pub deadlocks: i64,
    /// Sessions opened (14+).
    pub sessions: Option<i64>,
    /// Sessions whose client went away (14+).
    pub sessions_abandoned: Option<i64>,
    /// Mean life of a session, milliseconds (14+).
    pub mean_session_ms: Option<f64>,
    /// When the counters were reset, seconds since 1970; `None` = never.
    pub stats_reset: Option<i64>,
    /// Replicas whose counters are in here, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replicas: Vec<String>,
    /// Standbys connected to this primary, counted from `pg_stat_replication`; `None` when not seen.
    pub standbys: Option<i64>,
}
