//! What is said while migrations are applied: on a terminal as bars, elsewhere as lines.

/// Something happened, or goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A file begins.
    Migration {
        /// `20261121084601_index_lead_userid_status`, `undo of ...`
        title: String,
        /// It goes on where an earlier run stopped.
        resumed: bool,
    },
    /// A statement begins.
    Step {
        /// Its position in the file, from 1.
        position: usize,
        /// Statements of the file.
        of: usize,
        /// Its first words.
        title: String,
    },
    /// How far it is.
    Progress(Progress),
    /// What is waited for.
    Waiting(String),
    /// A remark that stays.
    Note(String),
    /// The file is done.
    Done {
        /// As when it began.
        title: String,
        /// How long it took, seconds.
        seconds: f64,
    },
}

/// How far a statement is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// What it does now.
    pub what: String,
    /// Units done.
    pub done: u64,
    /// Units in all; 0 = not known.
    pub total: u64,
}

/// Who listens.
pub type Show<'s> = &'s (dyn Fn(Event) + Sync);
