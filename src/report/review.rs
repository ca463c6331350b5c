//! What `review --list` says, in two forms.

use serde::Serialize;

use crate::check::Severity;
use crate::error::{Context, Result};
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::plural;

/// Everything an output shows.
#[derive(Debug, Clone, Serialize)]
pub struct List {
    /// Version of dbharden.
    pub dbharden: String,
    /// Who approves: `origin/main`, `reviews.toml`.
    pub review: String,
    /// Migrations of the directory, in order.
    pub migrations: Vec<Line>,
    /// Approved ones.
    pub approved: usize,
    /// Rejected ones.
    pub rejected: usize,
    /// The others.
    pub unapproved: usize,
}

/// A migration.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The folder's name.
    pub name: String,
    /// What it does, where `plan.toml` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What an approval is bound to.
    pub hash: String,
    /// How it stands.
    pub verdict: Verdict,
    /// By whom, or why not.
    pub because: String,
}

/// How a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Approved as it is.
    Approved,
    /// Rejected as it is.
    Rejected,
    /// Neither.
    Unapproved,
}

/// The list for a terminal. Without `--verbose` approved ones are counted only.
pub fn table(list: &List, look: &Look) -> String {
    let mut screen = Screen::new(look);
    let counts = format!("{} approved, {} rejected, {} not approved", list.approved, list.rejected, list.unapproved);
    screen.line(0, Ink::Heading, &format!("dbharden {} · {counts} · approved is what {} says", list.dbharden, list.review));
    let mut hidden = 0;
    screen.gap();
    for line in &list.migrations {
        let (ink, word) = match line.verdict {
            Verdict::Approved if !look.verbose => {
                hidden += 1;
                continue;
            }
            Verdict::Approved => (Ink::Added, "approved    "),
            Verdict::Rejected => (Ink::Dim, "rejected    "),
            Verdict::Unapproved => (Ink::Severity(Severity::Warning), "not approved"),
        };
        screen.line(0, ink, &format!("{word}  {}", line.name));
        if let Some(title) = &line.title {
            screen.line(4, Ink::Dim, title);
        }
        screen.line(4, Ink::Dim, &line.because);
    }
    if hidden > 0 {
        screen.line(0, Ink::Dim, &format!("{} approved (-v lists them)", plural(hidden, "migration")));
    }
    screen.finish()
}

/// One object with everything, and a line end: `docs/review.schema.json` describes it.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(list: &List) -> Result<String> {
    serde_json::to_string_pretty(list).map(|json| json + "\n").context("cannot write the list as JSON")
}
