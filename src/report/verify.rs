//! What `verify` says, in two forms.

use crate::apply::verify::Verified;
use crate::check::Severity;
use crate::error::{Context, Result};
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::plural;

/// The outcome as text for a terminal.
pub fn table(verified: &Verified, look: &Look) -> String {
    let mut screen = Screen::new(look);
    let head = format!("dbharden {} · PostgreSQL {} · database {}", verified.dbharden, verified.server, verified.database);
    screen.line(0, Ink::Heading, &head);
    screen.gap();
    for line in &verified.migrations {
        let (ink, word) = if line.faults.is_empty() { (Ink::Added, "good ") } else { (Ink::Severity(Severity::Error), "fault") };
        let about = format!("{} cured · {} hold", plural(line.cured, "finding"), plural(line.gates, "gate"));
        screen.line(0, ink, &format!("{word}  {}  {about}", line.name));
        line.faults.iter().for_each(|fault| screen.line(4, Ink::Plain, fault));
    }
    if !verified.catalog.is_empty() {
        screen.heading("The catalog is not as these files make it");
        for line in verified.catalog.iter().flat_map(|d| d.lines()) {
            screen.diff_line(2, line);
        }
    }
    if !verified.skipped.is_empty() {
        screen.heading("Not looked at");
        verified.skipped.iter().for_each(|what| screen.text(2, what));
    }
    screen.gap();
    screen.line(
        0,
        Ink::Plain,
        match (verified.is_clean(), verified.skipped.is_empty()) {
            (false, _) => "not as it should be",
            (true, false) => "good, as far as it could be looked at",
            (true, true) => "good: findings cured, gates hold, the catalog is as the files make it",
        },
    );
    screen.finish()
}

/// One object with everything, and a line end: `docs/verify.schema.json` describes it.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn json(verified: &Verified) -> Result<String> {
    serde_json::to_string_pretty(verified).map(|json| json + "\n").context("cannot write the outcome as JSON")
}
