//! What the drift check has to say, put together once; `report::drift` shows it in several forms.

use serde::Serialize;

use crate::check::Severity;
use crate::diff::Facet;
use crate::report::ServerLine;
use crate::snapshot::objects::Kind;

/// Everything an output shows.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// Version of dbharden.
    pub dbharden: String,
    /// The live database.
    pub server: ServerLine,
    /// What it is held against.
    pub desired: Desired,
    /// Differences, in the order of kinds and names.
    pub findings: Vec<Finding>,
    /// Differences that the config ignores.
    pub ignored: Vec<Ignored>,
    /// What could not be compared.
    pub skipped: Vec<Skipped>,
    /// Remarks about the whole.
    pub notes: Vec<String>,
    /// The migration that was written, or would be.
    pub migrations: Vec<Migration>,
    /// Counts.
    pub summary: Summary,
    /// Arguments as the user typed them, without a URL's text: for the command to type next.
    #[serde(skip)]
    pub typed: String,
}

/// What the live database should be.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Desired {
    /// What was named: `prisma/migrations`, `schema.sql`, `standard input`, `snapshot FILE`, `another database`.
    pub source: String,
    /// The tool whose folder it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// Files that were run.
    pub files: usize,
    /// The last of them, where a ledger says what is applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_applied: Option<String>,
    /// Files that are not applied yet: they are no drift.
    pub pending: Vec<String>,
    /// Applied migrations whose file is not there.
    pub missing: Vec<String>,
    /// The role that the files ran as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where it was built: `PostgreSQL 15.18, sandbox`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built_on: Option<String>,
    /// It was not built now: the same files had been built before.
    pub cached: bool,
}

/// How an object differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The files make it, the database does not have it.
    Missing,
    /// The database has it, the files do not make it.
    Unexpected,
    /// Both have it, not the same.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// `DBH901` missing, `DBH902` unexpected, `DBH903` changed.
    pub id: &'static str,
    /// `drift`.
    pub check: &'static str,
    /// Always an error: the database is not what the files say.
    pub severity: Severity,
    /// SQL-quoted path of the object.
    pub object: String,
    /// What it is.
    pub kind: Kind,
    /// The relation it belongs to: of an index, a column, a constraint, a trigger, a rule, a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// One sentence.
    pub message: String,
    /// In detail.
    pub evidence: Evidence,
    /// Of kind, object and change, never of texts.
    pub fingerprint: String,
    /// The migration that ends it, where one was asked for.
    pub migration: Option<String>,
}

/// A difference in detail.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// How it differs.
    pub change: Change,
    /// What differs: `from` is the live database's, `to` the files'.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<Facet>,
    /// The last migration that names the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Unified diff of its definition, the live one first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub diff: String,
    /// It looks like another object under a new name: that one's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed: Option<String>,
}

/// A difference that is known.
#[derive(Debug, Clone, Serialize)]
pub struct Ignored {
    /// The difference.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it is right as it is.
    pub reason: String,
}

/// Something that could not be compared: it is not clean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// What; SQL-quoted where it is an object.
    pub object: String,
    /// Why.
    pub because: String,
    /// What would let it be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
    /// Acknowledged in the config: the exit code does not speak of it.
    pub acknowledged: bool,
}

/// The migration that ends the differences.
#[derive(Debug, Clone, Serialize)]
pub struct Migration {
    /// Its name, or the path of its file.
    pub name: String,
    /// `written` or `planned`.
    pub status: &'static str,
    /// What it does.
    pub title: String,
    /// It is for the files: this database has what it makes.
    pub adopts: bool,
    /// Statements that run.
    pub statements: usize,
    /// Statements that are written as comments, because they lose data.
    pub withheld: usize,
    /// The command by which a database that has the change already is told so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_applied: Option<String>,
}

/// Counts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Objects that were compared.
    pub objects: usize,
    /// Differences by change.
    pub missing: usize,
    /// Only in the database.
    pub unexpected: usize,
    /// Not the same.
    pub changed: usize,
    /// Ignored by the config.
    pub ignored: usize,
    /// Owners that differ and that no file speaks of.
    pub owners_not_compared: usize,
    /// Privileges that differ and that no file speaks of.
    pub grants_not_compared: usize,
}
