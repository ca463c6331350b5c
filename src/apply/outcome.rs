//! What `apply` has to say, put together once; `report::apply` shows it in several forms.

use serde::Serialize;

use super::ledger::Direction;

/// Everything an output shows.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Version of dbharden.
    pub dbharden: String,
    /// Version of the server.
    pub server: String,
    /// The database.
    pub database: String,
    /// The migrations of this run, in the order in which they run.
    pub migrations: Vec<Applied>,
    /// Where it stopped, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// Nothing was run: only what would.
    pub dry_run: bool,
    /// Remarks.
    pub notes: Vec<String>,
}

/// A migration of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Applied {
    /// The folder's name.
    pub name: String,
    /// What it does, where `plan.toml` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Which of its files.
    pub direction: Direction,
    /// Hash of that file's normalised statements.
    pub hash: String,
    /// Who approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// What became of it.
    pub status: Status,
    /// An earlier run had begun it.
    pub resumed: bool,
    /// Statements of the file.
    pub statements: usize,
    /// Steps that ran now; with a dry run those that would.
    pub steps: Vec<RanStep>,
    /// How long it took now, seconds.
    pub seconds: f64,
}

/// What became of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It would run.
    Planned,
    /// It ran to its end.
    Done,
    /// It stopped.
    Stopped,
    /// Its turn did not come.
    NotReached,
}

/// A step that ran.
#[derive(Debug, Clone, Serialize)]
pub struct RanStep {
    /// Position of its first statement in the file, from 1.
    pub position: usize,
    /// Its kind.
    pub kind: &'static str,
    /// The first words of its first statement.
    pub statement: String,
    /// Attempts; 0 where it was found done.
    pub tries: u32,
    /// How long it took, seconds.
    pub seconds: f64,
}

/// Where a run stopped.
#[derive(Debug, Clone, Serialize)]
pub struct Stopped {
    /// The migration.
    pub migration: String,
    /// Position of the statement, from 1.
    pub statement: usize,
    /// Why.
    pub because: String,
    /// Somebody asked for it.
    pub asked: bool,
    /// What to type to go on.
    pub resume: String,
}
