//! The last lines of the screen: the verdict of `check`, and the command to type next.

use std::path::Path;

use super::document::{Document, Mode, Status};
use super::screen::{Ink, Screen};
use super::table::plural;
use crate::check::Severity;

/// The directory that `review` looks into when nobody names one.
const USUAL_DIRECTORY: &str = "generated-migrations";

pub(super) fn next(document: &Document, screen: &mut Screen) {
    screen.gap();
    if let Mode::Check { fail_on, accepting } = document.mode {
        let unseen = document.summary.skipped;
        let (ink, verdict) = match failing(document, fail_on) {
            _ if accepting => (Ink::Plain, format!("accepted: {}", plural(document.summary.findings, "finding"))),
            0 if unseen > 0 => {
                (Ink::Plain, format!("no new finding of severity {fail_on} or worse, but not everything could be looked at"))
            }
            0 => (Ink::Plain, format!("passed: no new finding of severity {fail_on} or worse")),
            n => (Ink::Severity(Severity::Error), format!("failed: {} of severity {fail_on} or worse", plural(n, "new finding"))),
        };
        screen.line(0, ink, &verdict);
    }
    if let Some((why, command)) = command(document) {
        screen.line(0, Ink::Plain, &format!("next: {why}"));
        screen.command(2, &command);
    }
}

/// New findings that fail `check`.
fn failing(document: &Document, fail_on: Severity) -> usize {
    document.findings.iter().filter(|l| !l.accepted && l.finding.severity >= fail_on).count()
}

/// What to do next, and the words to type.
fn command(document: &Document) -> Option<(&'static str, Vec<String>)> {
    let dbharden = |words: &[&str]| {
        let typed = (!document.typed.is_empty()).then_some(document.typed.as_str());
        let words = ["dbharden"].into_iter().chain(words.iter().copied()).chain(typed);
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let has = |status| document.migrations.iter().find(|m| m.status == status);
    let not_seen = || {
        let list = vec!["dbharden".to_owned(), "explain".to_owned(), "--list".to_owned()];
        (document.summary.skipped > 0).then_some(("give it what it lacks to look at the rest; what the checks are", list))
    };
    if let Mode::Check { accepting, .. } = document.mode {
        return match document.findings.iter().filter(|l| !l.accepted).count() {
            _ if accepting => Some((
                "commit the file, so that only new findings fail",
                ["git", "add", crate::check::accepted::FILE_NAME].map(str::to_owned).to_vec(),
            )),
            0 => not_seen(),
            _ if document.findings.iter().any(|l| !l.accepted && l.finding.fix.is_some()) => {
                Some(("write the migrations that cure them", dbharden(&["plan"])))
            }
            _ => not_seen(),
        };
    }
    if has(Status::Planned).is_some() {
        return Some(("write them", dbharden(&["plan"])));
    }
    if has(Status::Written).or_else(|| has(Status::Pending)).is_some() {
        let directory = crate::cli::shell_word(&document.directory.to_string_lossy());
        let deploy = document.layout.deploy(&directory);
        if !deploy.is_empty() {
            return Some(("review them; then its own tool runs them", deploy));
        }
        let mut words = ["dbharden", "review"].map(str::to_owned).to_vec();
        if document.directory != Path::new(USUAL_DIRECTORY) {
            words.push(format!("--dir {directory}"));
        }
        return Some(("review them; `dbharden apply` then runs what is approved", words));
    }
    match document.findings.iter().find(|l| l.shown) {
        Some(listed) => Some(("the whole reasoning of a finding", dbharden(&["explain", &listed.finding.fingerprint]))),
        None => not_seen(),
    }
}
