//! The last lines of the screen: the verdict of `check`, and the command to type next.

use super::document::{Document, Mode, Status};
use super::screen::{Ink, Screen};
use super::table::plural;
use crate::check::Severity;

pub(super) fn next(document: &Document, screen: &mut Screen) {
    screen.gap();
    if let Mode::Check { fail_on, accepting } = document.mode {
        let (ink, verdict) = match failing(document, fail_on) {
            _ if accepting => (Ink::Plain, format!("accepted: {}", plural(document.summary.findings, "finding"))),
            0 => (Ink::Plain, format!("passed: no new finding of severity {fail_on} or worse")),
            n => (Ink::Severity(Severity::Error), format!("failed: {} of severity {fail_on} or worse", plural(n, "new finding"))),
        };
        screen.line(0, ink, &verdict);
    }
    if let Some((why, command)) = command(document) {
        screen.line(0, Ink::Plain, &format!("next: {why}"));
        screen.verbatim(2, &command);
    }
}

/// New findings that fail `check`.
fn failing(document: &Document, fail_on: Severity) -> usize {
    document.findings.iter().filter(|l| !l.accepted && l.finding.severity >= fail_on).count()
}

fn command(document: &Document) -> Option<(&'static str, String)> {
    let dbharden = |command: &str, rest: &str| {
        [&format!("dbharden {command}"), document.typed.as_str(), rest]
            .iter()
            .filter(|w| !w.is_empty())
            .fold(String::new(), |line, word| if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") })
    };
    let has = |status| document.migrations.iter().find(|m| m.status == status);
    let new = document.findings.iter().filter(|l| !l.accepted).count();
    if let Mode::Check { accepting: true, .. } = document.mode {
        return Some((
            "commit the file, so that only new findings fail",
            format!("git add {}", crate::check::accepted::FILE_NAME),
        ));
    }
    if let Mode::Check { .. } = document.mode {
        return match new {
            0 => skipped_hint(document, &dbharden("explain", "--list")),
            _ => Some(("write the migrations that cure them", dbharden("plan", ""))),
        };
    }
    if has(Status::Planned).is_some() {
        return Some(("write them", dbharden("plan", "")));
    }
    if let Some(migration) = has(Status::Written).or_else(|| has(Status::Pending)) {
        let file = document.directory.join(&migration.name).join("up.sql");
        let file = crate::cli::shell_word(&file.to_string_lossy());
        return Some(("read it, then apply it", format!("psql \"$DATABASE_URL\" -v ON_ERROR_STOP=1 -f {file}")));
    }
    match document.findings.iter().find(|l| l.shown) {
        Some(listed) => Some(("the whole reasoning of a finding", explain(document, &listed.finding.fingerprint))),
        None => skipped_hint(document, &dbharden("explain", "--list")),
    }
}

fn explain(document: &Document, fingerprint: &str) -> String {
    format!("dbharden explain {fingerprint} {}", document.typed).trim_end().to_owned()
}

fn skipped_hint(document: &Document, command: &str) -> Option<(&'static str, String)> {
    let command = command.to_owned();
    (document.summary.skipped > 0).then_some(("what was not looked at says above what it needs; the checks are", command))
}
