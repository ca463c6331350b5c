//! What a rehearsal has to say of each file and statement.

use serde::{Deserialize, Serialize};

use crate::plan::LockMode;

/// One file.
#[derive(Debug, Clone, Serialize)]
pub struct Rehearsal {
    /// The migration's name.
    pub migration: String,
    /// Its file.
    pub file: String,
    /// Whether its tool runs it in one transaction: then locks are kept to its end.
    pub transaction: bool,
    /// Statements that ran, in order; settings and the like left out.
    pub statements: Vec<Step>,
    /// Whether `down.sql` brings the catalog back.
    pub undo: Undo,
    /// What a second run does.
    pub again: Again,
}

/// One statement.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The line on which it begins.
    pub line: usize,
    /// Its first words.
    pub text: String,
    /// Outside of a transaction.
    pub alone: bool,
    /// Locks on what others use that it takes itself, strongest first. A transaction keeps those of the statements before too.
    pub locks: Vec<Held>,
    /// What it does to files of tables and indexes: grows with their size.
    pub work: Vec<Work>,
    /// All of that, seconds on an idle server by assumed rates; `None` where a size is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// What an empty copy cannot prove.
    pub unproven: Vec<Unproven>,
    /// In what `plan.toml` says another lock than was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disagrees: Option<String>,
    /// The first 16 hex digits of the text's hash, as in `plan.toml`.
    pub hash: String,
}

/// A lock that was seen in `pg_locks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The relation, SQL-quoted.
    pub relation: String,
    /// Of an index: its table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_of: Option<String>,
    /// The strongest mode.
    pub mode: LockMode,
}

/// What grows with the size of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The table and its indexes are written anew: another relfilenode.
    Rewrites,
    /// An index is built: a file of its own.
    BuildsIndex,
    /// Every row is read: known from the statement, an empty copy does not show it.
    ReadsEveryRow,
    /// The rows are thrown away.
    Empties,
}

/// Work on a relation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    /// What.
    pub kind: Kind,
    /// The table, SQL-quoted.
    pub table: String,
    /// The index that is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// Bytes of the table in the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// Seconds by assumed rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// Something that depends on rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unproven {
    /// Rows with which it fails, or what is not known.
    pub what: String,
    /// A gate in the file names it.
    pub gate: bool,
}

/// What became of the undo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Undo {
    /// There is none.
    #[default]
    Missing,
    /// The catalog is as it was.
    Identical,
    /// Not all is as it was.
    Differs {
        /// In what.
        differences: Vec<String>,
    },
    /// It does not run.
    Fails {
        /// What the server said.
        error: String,
    },
    /// It could not be tried.
    NotTried {
        /// Why.
        because: String,
    },
}

impl Undo {
    /// It does not do what it should.
    pub fn is_bad(&self) -> bool {
        matches!(self, Undo::Differs { .. } | Undo::Fails { .. })
    }
}

/// What became of a second run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Again {
    /// It ran, and nothing has changed.
    Harmless,
    /// It was refused, and nothing has changed.
    Refused {
        /// What the server said.
        error: String,
    },
    /// It changed something.
    Harmful {
        /// What.
        differences: Vec<String>,
        /// What the server said, where it stopped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// It could not be tried.
    NotTried {
        /// Why.
        because: String,
    },
}

impl Rehearsal {
    /// A second run does harm, and may come: a file that is not one transaction can stop half-way and is run again.
    pub fn is_harmed_by_a_second_run(&self) -> bool {
        !self.transaction && matches!(self.again, Again::Harmful { .. })
    }

    /// Something is found that a person must look at.
    pub fn is_bad(&self) -> bool {
        self.undo.is_bad() || self.is_harmed_by_a_second_run() || self.statements.iter().any(|s| s.disagrees.is_some())
    }
}
