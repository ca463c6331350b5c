//! What a rule says, before it is weighed, silenced and placed in lines and columns.

use super::name::Name;
use crate::plan::LockMode;

/// Something that a rule found.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The rule.
    pub rule: &'static str,
    /// SQL-quoted object.
    pub object: String,
    /// Where in the file, if not at the statement's beginning.
    pub at: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// Why that matters.
    pub because: String,
    /// SQL to write instead.
    pub rewrite: Option<String>,
    /// The same as changes of the file, where that is mechanical.
    pub edits: Vec<Edit>,
    /// What is done under which lock: how bad it is depends on the table.
    pub work: Option<Work>,
}

/// A change of the file's text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Where, in bytes.
    pub at: usize,
    /// How many bytes go.
    pub remove: usize,
    /// What comes in their place.
    pub insert: String,
}

/// What a statement does to a table while it holds a lock.
#[derive(Debug, Clone)]
pub struct Work {
    /// The table.
    pub relation: Name,
    /// The lock.
    pub mode: LockMode,
    /// How long it is held.
    pub kind: WorkKind,
}

/// How long a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkKind {
    /// For a moment, once it is granted.
    Moment,
    /// While every row is read.
    Scan,
    /// While an index of all rows is built.
    Index,
    /// While the table is written anew.
    Rewrite,
}

impl WorkKind {
    /// `every row is read`
    pub fn doing(self) -> &'static str {
        match self {
            WorkKind::Moment => "the catalog is changed",
            WorkKind::Scan => "every row is read",
            WorkKind::Index => "the index is built",
            WorkKind::Rewrite => "the whole table is written anew",
        }
    }
}

impl Draft {
    /// A finding at the statement's beginning.
    pub fn new(rule: &'static str, object: impl ToString, message: impl Into<String>, because: impl Into<String>) -> Self {
        Self {
            rule,
            object: object.to_string(),
            at: None,
            message: message.into(),
            because: because.into(),
            rewrite: None,
            edits: Vec::new(),
            work: None,
        }
    }

    /// Of work under a lock: why that matters follows from the two.
    pub fn locked(rule: &'static str, relation: &Name, mode: LockMode, kind: WorkKind, message: impl Into<String>) -> Self {
        let because = match kind {
            WorkKind::Moment => format!("it waits for {mode} on {relation}, and all that come after wait behind it"),
            _ => format!("{} while {}: {mode} on {relation}", blocks(mode), kind.doing()),
        };
        Self { work: Some(Work { relation: relation.clone(), mode, kind }), ..Self::new(rule, relation, message, because) }
    }

    /// Adds why it matters beside the lock.
    pub fn also(mut self, because: &str) -> Self {
        self.because = format!("{}; {because}", self.because);
        self
    }

    /// At this place of the file; `None`: where the statement begins.
    pub fn at(mut self, at: impl Into<Option<usize>>) -> Self {
        self.at = at.into();
        self
    }

    /// SQL to write instead.
    pub fn instead(mut self, sql: impl Into<Option<String>>) -> Self {
        self.rewrite = sql.into();
        self
    }

    /// Changes of the file that are mechanical.
    pub fn edits(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.edits = edits.into_iter().collect();
        self
    }
}

impl Edit {
    /// Puts text in.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { at, remove: 0, insert: text.into() }
    }

    /// Puts text in the place of other.
    pub fn replace(place: std::ops::Range<usize>, text: impl Into<String>) -> Self {
        Self { at: place.start, remove: place.len(), insert: text.into() }
    }
}

/// A name or text on its way into a comment: it cannot end the line.
pub fn in_comment(text: impl std::fmt::Display) -> String {
    crate::ident::one_line(&text.to_string())
}

/// What others notice of a lock.
pub fn blocks(mode: LockMode) -> &'static str {
    match mode {
        LockMode::AccessExclusive => "nobody can read or write the table",
        LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => "nobody can write to the table",
        LockMode::AccessShare | LockMode::RowShare | LockMode::RowExclusive => "reads and writes go on",
        LockMode::ShareUpdateExclusive => "other schema changes and VACUUM wait",
    }
}
