//! What a lint ends with: described by `docs/lint.schema.json`.

use serde::Serialize;

use super::draft::Edit;
use super::weight::Figures;
use crate::check::Severity;

/// Everything that a report shows.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Version of dbharden.
    pub dbharden: String,
    /// The server that the files are meant for: `15`, `14.3`.
    pub pg_version: String,
    /// Database or snapshot that tables were weighed by.
    pub weighed_by: Option<String>,
    /// What is wrong, in the order of files and lines.
    pub findings: Vec<Finding>,
    /// What comments have silenced.
    pub ignored: Vec<Ignored>,
    /// What could not be read.
    pub skipped: Vec<Skipped>,
    /// Remarks.
    pub notes: Vec<String>,
    /// Files that `--fix` has changed.
    pub fixed: Vec<Fixed>,
    /// In numbers.
    pub summary: Summary,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Frozen id of the rule: `DBL101`.
    pub id: String,
    /// Its name.
    pub check: String,
    /// How bad it is; weighed by the table where figures are at hand.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Last line of the statement.
    pub end_line: usize,
    /// Column after the statement's last character.
    pub end_column: usize,
    /// SQL-quoted object.
    pub object: String,
    /// What is wrong.
    pub message: String,
    /// Why that matters.
    pub because: String,
    /// SQL to write instead.
    pub rewrite: Option<String>,
    /// `--fix` can write it.
    pub fixable: bool,
    /// What the table's size and activity say.
    pub evidence: Option<Figures>,
    /// The same finding tomorrow.
    pub fingerprint: String,
    /// The source line.
    #[serde(skip)]
    pub source: String,
    /// Changes of the file that mend it.
    #[serde(skip)]
    pub edits: Vec<Edit>,
}

/// A finding that a comment has silenced.
#[derive(Debug, Clone, Serialize)]
pub struct Ignored {
    /// What it is.
    #[serde(flatten)]
    pub finding: Finding,
    /// What the comment says about it.
    pub reason: String,
}

/// A statement or file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Why.
    pub because: String,
    /// The configuration says that this is known.
    pub acknowledged: bool,
}

/// A file that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fixed {
    /// The file.
    pub file: String,
    /// Findings that were mended.
    pub findings: usize,
}

/// In numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files linted.
    pub files: usize,
    /// Statements in them.
    pub statements: usize,
    /// Findings by severity.
    pub errors: usize,
    /// Findings by severity.
    pub warnings: usize,
    /// Findings by severity.
    pub infos: usize,
    /// Findings that `--fix` can mend.
    pub fixable: usize,
    /// Findings that comments have silenced.
    pub ignored: usize,
}
