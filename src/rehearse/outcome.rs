//! What a rehearsal has to say, put together once; `report::rehearse` shows it in several forms.

use serde::Serialize;

use super::rehearsal::Rehearsal;
use crate::report::ServerLine;

/// Everything an output shows.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// Version of dbharden.
    pub dbharden: String,
    /// The original.
    pub server: ServerLine,
    /// What was rehearsed.
    pub migrations: Migrations,
    /// Each pending file: locks, rewrites, undo, second run.
    pub rehearsed: Vec<Rehearsal>,
    /// Statements that fail or get dearer, the worst first.
    pub regressions: Vec<Regression>,
    /// What could not be planned or applied.
    pub skipped: Vec<Skipped>,
    /// In what the twins are not as the original, and what is assumed.
    pub notes: Vec<String>,
    /// Counts.
    pub summary: Summary,
}

impl Outcome {
    /// Something is found: a statement suffers, an undo or a second run does not do what it should, a lock is not as it is said to be.
    pub fn is_found(&self) -> bool {
        !self.regressions.is_empty() || self.rehearsed.iter().any(Rehearsal::is_bad)
    }
}

/// The files.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Migrations {
    /// What was named: `prisma/migrations`, `next.sql`, `standard input`.
    pub source: String,
    /// The tool whose folder it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// Files that are there.
    pub files: usize,
    /// Those that were applied to the copy, in order.
    pub pending: Vec<String>,
    /// Statements of theirs that ran.
    pub statements: usize,
    /// The role that ran them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Version of the server of the copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// What becomes of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The server refuses it afterwards.
    Fails,
    /// It is refused where the client declares the types that its parameters had.
    FailsTyped,
    /// Its cost rises.
    Dearer,
}

/// A statement that fails or gets dearer.
#[derive(Debug, Clone, Serialize)]
pub struct Regression {
    /// What becomes of it.
    pub change: Change,
    /// The statement's fingerprint.
    pub fingerprint: String,
    /// Its text, constants replaced by `$n`.
    pub text: String,
    /// Executions.
    pub calls: i64,
    /// Mean execution time, milliseconds; 0 where it was not measured.
    pub mean_ms: f64,
    /// Execution time of all calls, milliseconds.
    pub total_ms: f64,
    /// The planner's cost of a call before.
    pub cost_before: f64,
    /// After.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_after: Option<f64>,
    /// What the server said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The role it was planned as, or [`NOT_KNOWN`](crate::twin::sessions::NOT_KNOWN); without one no policy bound it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What has changed that bears on it.
    pub causes: Vec<Cause>,
    /// Plan before, one line a node.
    pub plan_before: Vec<String>,
    /// After.
    pub plan_after: Vec<String>,
}

impl Regression {
    /// How many times as dear; `None` where it fails.
    pub fn times(&self) -> Option<f64> {
        Some(self.cost_after? / self.cost_before.max(f64::MIN_POSITIVE))
    }

    /// By what regressions are sorted: what they cost more, all calls together, in milliseconds where times are known.
    pub fn weight(&self) -> f64 {
        let all = if self.total_ms > 0.0 { self.total_ms } else { self.calls as f64 * self.cost_before };
        all * self.times().map_or(1.0, |t| t - 1.0)
    }
}

/// A change that bears on a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cause {
    /// In a few words: `index app.lead_user is gone`.
    pub what: String,
    /// The last pending file that names the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<String>,
    /// Its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// Something that could not be looked at: it is not clean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// What: a statement's text, a place in a file.
    pub what: String,
    /// Why.
    pub because: String,
    /// What would let it be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
    /// Acknowledged in the config: the exit code does not speak of it.
    pub acknowledged: bool,
}

/// Counts of statements.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Planned before and after.
    pub planned: usize,
    /// Refused afterwards.
    pub fail: usize,
    /// Refused where the client declares the types of parameters as before.
    pub fail_typed: usize,
    /// Dearer.
    pub dearer: usize,
    /// Cheaper by the same measure.
    pub cheaper: usize,
    /// Not planned.
    pub not_planned: usize,
}
