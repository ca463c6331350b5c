//! The workload: `pg_stat_statements`, or a file of statements with figures in comments.

use serde::{Deserialize, Serialize};

use crate::ident::Ident;

/// What the database was asked, and how much of that is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// Where it comes from.
    pub source: Source,
    /// When counting began, seconds since 1970, where known.
    pub since: Option<i64>,
    /// Entries for this database, before merging.
    pub entries: i64,
    /// Entries whose text was not read because `entries` is large: the ones with the least total time.
    pub entries_beyond_top: i64,
    /// Share of the total time that the statements here make up, 0 to 1.
    pub time_share: f64,
    /// Entries whose text this role may not see.
    pub hidden: i64,
    /// Entries whose text is cut off or missing.
    pub truncated: i64,
    /// Entries evicted because `pg_stat_statements.max` was reached (`pg_stat_statements_info.dealloc`, 14+).
    pub evictions: Option<i64>,
    /// Statements merged by fingerprint, most total time first.
    pub statements: Vec<Statement>,
}

/// Where a workload was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Nowhere: see `Snapshot::unseen`.
    #[default]
    None,
    /// `pg_stat_statements`.
    PgStatStatements,
    /// `--workload FILE`.
    File,
}

/// One statement, all entries that differ only in constants, user or IN-list length taken together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// pg_query's fingerprint; of a text that does not parse, a hash of it.
    pub fingerprint: String,
    /// Its text, constants replaced by `$n`, without comments.
    pub text: String,
    /// Roles that sent it; empty when hidden.
    pub roles: Vec<Ident>,
    /// Executions.
    pub calls: i64,
    /// Rows returned or touched, all calls together.
    pub rows: i64,
    /// Execution time of all calls, milliseconds.
    pub total_ms: f64,
    /// Longest single execution, milliseconds; `None` when not known.
    pub max_ms: Option<f64>,
    /// Shared blocks hit and read, all calls together.
    pub blocks: i64,
    /// Only ever run inside functions (`toplevel` false, 14+).
    pub nested: bool,
}

impl Statement {
    /// Mean execution time, milliseconds.
    pub fn mean_ms(&self) -> f64 {
        if self.calls > 0 { self.total_ms / self.calls as f64 } else { 0.0 }
    }

    /// Mean rows a call.
    pub fn rows_per_call(&self) -> f64 {
        if self.calls > 0 { self.rows as f64 / self.calls as f64 } else { 0.0 }
    }
}
