//! The workload: `pg_stat_statements`, or a file of statements with figures in comments.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::ident::Ident;
use crate::query;

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
    /// One text with its constants as they were sent, where a file gave it; never saved.
    #[serde(skip)]
    pub example: Option<String>,
}

impl Workload {
    /// Seconds over which it was counted until a moment, at least an hour; `None` when nobody knows since when.
    pub fn seconds_until(&self, moment: i64) -> Option<f64> {
        Some((moment - self.since?).max(3_600) as f64)
    }
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

/// One entry as it was counted: one text, one role.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The text as sent, or as `pg_stat_statements` normalised it.
    pub text: String,
    /// Who sent it.
    pub role: Option<Ident>,
    /// See [`Statement::calls`].
    pub calls: i64,
    /// See [`Statement::rows`].
    pub rows: i64,
    /// See [`Statement::total_ms`].
    pub total_ms: f64,
    /// See [`Statement::max_ms`].
    pub max_ms: Option<f64>,
    /// See [`Statement::blocks`].
    pub blocks: i64,
    /// See [`Statement::nested`].
    pub nested: bool,
    /// Whether the text is kept as it is too: see [`Statement::example`].
    pub is_example: bool,
}

/// Entries of the same fingerprint become one statement; most total time first. Utility statements are dropped: their texts may
/// hold passwords. Returns the statements and how many entries do not parse as one statement.
pub fn merge(entries: Vec<Entry>) -> (Vec<Statement>, i64) {
    let mut by_fingerprint: HashMap<String, Statement> = HashMap::new();
    let mut unreadable = 0;
    let texts: Vec<&str> = entries.iter().map(|e| e.text.as_str()).collect();
    let identities = query::identify_all(&texts);
    for (entry, identity) in entries.into_iter().zip(identities) {
        let (fingerprint, text) = match identity {
            Ok(Some(identity)) => identity,
            Ok(None) => continue,
            Err(_) => {
                unreadable += 1;
                continue;
            }
        };
        let nested = entry.nested;
        let statement = by_fingerprint.entry(fingerprint.clone()).or_insert_with(|| Statement {
            fingerprint,
            text: text.clone(),
            roles: Vec::new(),
            calls: 0,
            rows: 0,
            total_ms: 0.0,
            max_ms: None,
            blocks: 0,
            nested,
            example: None,
        });
        if entry.is_example && statement.example.as_ref().is_none_or(|e| entry.text < *e) {
            statement.example = Some(entry.text);
        }
        if text < statement.text {
            statement.text = text; // which of several spellings is shown must not depend on their order
        }
        statement.roles.extend(entry.role);
        statement.calls += entry.calls;
        statement.rows += entry.rows;
        statement.total_ms += entry.total_ms;
        statement.max_ms = match (statement.max_ms, entry.max_ms) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        statement.blocks += entry.blocks;
        statement.nested &= nested;
    }
    let mut statements: Vec<Statement> = by_fingerprint.into_values().collect();
    for s in &mut statements {
        s.roles.sort();
        s.roles.dedup();
    }
    statements.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
    (statements, unreadable)
}
