//! The findings on a terminal: the source line marked, what and why, and what to write instead.

use super::text;
use crate::check::Severity;
use crate::lint::{Finding, Outcome};
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::plural;

/// Lines of a rewrite without `--verbose`.
const REWRITE_LINES: usize = 12;

/// Findings that are shown in full without `--verbose`; the others take a line each.
const IN_FULL: usize = 50;

/// Statements that could not be read, without `--verbose`.
const SKIPPED: usize = 10;

/// The outcome as text for a terminal.
pub fn table(outcome: &Outcome, look: &Look) -> String {
    let mut screen = Screen::new(look);
    for (i, finding) in outcome.findings.iter().enumerate() {
        if i < IN_FULL || look.verbose {
            in_full(finding, look, &mut screen);
        } else {
            screen.line(0, Ink::Severity(finding.severity), &format!("{} {}", place(finding), headline(finding)));
        }
    }
    if look.verbose && !outcome.ignored.is_empty() {
        screen.heading("Silenced by comments");
        for ignored in &outcome.ignored {
            let reason = if ignored.reason.is_empty() { "no reason given" } else { &ignored.reason };
            screen.line(2, Ink::Dim, &format!("{} {}: {reason}", place(&ignored.finding), ignored.finding.check));
        }
    }
    skipped(outcome, look, &mut screen);
    for fixed in &outcome.fixed {
        screen.line(0, Ink::Added, &format!("{}: {} mended", fixed.file, plural(fixed.findings, "finding")));
    }
    screen.gap();
    for note in &outcome.notes {
        screen.line(0, Ink::Dim, &format!("note: {note}"));
    }
    ending(outcome, look, &mut screen);
    screen.finish()
}

fn place(finding: &Finding) -> String {
    format!("{}:{}:{}", finding.file, finding.line, finding.column)
}

fn headline(finding: &Finding) -> String {
    format!("{}[{}]: {}", text::level(finding.severity), finding.check, finding.message)
}

fn in_full(finding: &Finding, look: &Look, screen: &mut Screen) {
    screen.gap();
    screen.line(0, Ink::Severity(finding.severity), &headline(finding));
    screen.code(2, Ink::Dim, &format!("--> {}", place(finding)));
    if finding.column > 0 && !finding.source.trim().is_empty() {
        let number = finding.line.to_string();
        let width = if finding.end_line == finding.line { finding.end_column.saturating_sub(finding.column) } else { 0 };
        screen.source_line(&number, &finding.source, finding.column, width, Ink::Severity(finding.severity));
    }
    screen.line(2, Ink::Plain, &format!("why: {}", finding.because));
    if let Some(evidence) = text::evidence(finding) {
        screen.line(2, Ink::Plain, &evidence);
    }
    let lines: Vec<&str> = text::rewrite(finding).collect();
    if lines.is_empty() {
        return;
    }
    screen.line(2, Ink::Plain, if finding.fixable { "instead (--fix writes it):" } else { "instead:" });
    let shown = if look.verbose { lines.len() } else { lines.len().min(REWRITE_LINES) };
    for line in &lines[..shown] {
        screen.code(4, Ink::Added, line);
    }
    if shown < lines.len() {
        screen.line(4, Ink::Dim, &format!("and {} (-v shows all)", plural(lines.len() - shown, "more line")));
    }
}

fn skipped(outcome: &Outcome, look: &Look, screen: &mut Screen) {
    if outcome.skipped.is_empty() {
        return;
    }
    screen.heading("Not read");
    let shown = if look.verbose { outcome.skipped.len() } else { SKIPPED };
    for s in outcome.skipped.iter().take(shown) {
        let known = if s.acknowledged { " (acknowledged)" } else { "" };
        screen.line(2, Ink::Plain, &format!("{}:{}: {}{known}", s.file, s.line, s.because));
    }
    if let Some(more) = outcome.skipped.len().checked_sub(shown).filter(|n| *n > 0) {
        screen.line(2, Ink::Dim, &format!("and {more} more (-v lists all)"));
    }
}

fn ending(outcome: &Outcome, look: &Look, screen: &mut Screen) {
    let mut parts = vec![text::verdict(outcome), format!("for PostgreSQL {}", outcome.pg_version)];
    parts.extend(outcome.weighed_by.as_ref().map(|by| format!("weighed by {by}")));
    if outcome.summary.ignored > 0 {
        let hint = if look.verbose { "" } else { " (-v lists them)" };
        parts.push(format!("{} silenced by comments{hint}", outcome.summary.ignored));
    }
    screen.line(0, Ink::Heading, &parts.join(" · "));
    let Some(first) = outcome.findings.iter().max_by_key(|f| f.severity) else { return };
    screen.line(0, Ink::Dim, &format!("more about a rule: dbharden explain {}", first.check));
    if first.severity > Severity::Info {
        screen.line(0, Ink::Dim, &format!("if it is right as it is: -- dbharden:ignore {} why, in the line before", first.check));
    }
}
