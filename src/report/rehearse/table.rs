//! The rehearsal on a terminal: what ran, which statements suffer and why, what was not looked at.

use super::{files, text};
use crate::check::Severity;
use crate::ident::one_line;
use crate::rehearse::Outcome;
use crate::rehearse::outcome::{Change, Regression};
use crate::rehearse::rehearsal::{Rehearsal, Step};
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::plural;

/// Statements that are listed without `--verbose`.
const STATEMENTS: usize = 20;
/// Statements whose plans are shown without `--verbose`.
const PLANS: usize = 5;
/// Lines of a plan without `--verbose`.
const LINES: usize = 8;
/// Names in a list without `--verbose`.
const NAMES: usize = 5;
/// Characters of a statement without `--verbose`.
const TEXT: usize = 300;

/// The outcome as text for a terminal.
pub fn table(outcome: &Outcome, look: &Look) -> String {
    let mut screen = Screen::new(look);
    screen.line(0, Ink::Heading, &format!("dbharden {} · {}", outcome.dbharden, text::headline(outcome)));
    screen.line(0, Ink::Plain, &text::rehearsed(outcome));
    let pending = &outcome.migrations.pending;
    let shown = if look.verbose { pending.len() } else { NAMES };
    if !pending.is_empty() {
        let more = pending.len().saturating_sub(shown);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names = pending.iter().take(shown).cloned().collect::<Vec<_>>().join(", ");
        screen.line(2, Ink::Dim, &format!("{names}{more}"));
    }
    for note in &outcome.notes {
        screen.line(0, Ink::Severity(Severity::Warning), &format!("! {note}"));
    }
    if pending.is_empty() {
        skipped(outcome, look, &mut screen);
        return screen.finish();
    }
    for file in &outcome.rehearsed {
        rehearsed(file, look, &mut screen);
    }
    screen.heading(&capital(&text::verdict(outcome)));
    let shown = if look.verbose { outcome.regressions.len() } else { STATEMENTS };
    for (i, regression) in outcome.regressions.iter().take(shown).enumerate() {
        screen.gap();
        one(regression, look.verbose || i < PLANS, look, &mut screen);
    }
    if let Some(more) = outcome.regressions.len().checked_sub(shown).filter(|n| *n > 0) {
        screen.gap();
        screen.line(2, Ink::Dim, &format!("and {} more (-v lists all)", plural(more, "statement")));
    }
    if let Some(line) = text::others(outcome) {
        screen.gap();
        screen.line(0, Ink::Plain, &line);
    }
    skipped(outcome, look, &mut screen);
    screen.gap();
    screen.line(0, Ink::Dim, text::UNPROVEN);
    screen.finish()
}

/// A file: what others notice of each statement, its undo, its second run.
fn rehearsed(file: &Rehearsal, look: &Look, screen: &mut Screen) {
    screen.heading(&one_line(&file.migration));
    let noticed = |s: &&Step| look.verbose || !files::of(s).is_empty();
    let all: Vec<&Step> = file.statements.iter().filter(noticed).collect();
    let shown = if look.verbose { all.len() } else { STATEMENTS };
    for step in all.iter().take(shown) {
        let way = if step.alone { " (outside of a transaction)" } else { "" };
        screen.line(2, Ink::Plain, &format!("{}: {}{way}", step.line, step.text));
        for line in files::of(step) {
            let bad = step.disagrees.as_deref() == Some(&*line);
            screen.line(4, if bad { Ink::Severity(Severity::Error) } else { Ink::Dim }, &line);
        }
    }
    if all.len() > shown {
        screen.line(2, Ink::Dim, &format!("and {} (-v lists all)", plural(all.len() - shown, "more statement")));
    }
    let tried = [(file.undo.is_bad(), files::undo(file)), (file.is_harmed_by_a_second_run(), files::again(file))];
    for (bad, (what, lines)) in tried {
        screen.line(2, if bad { Ink::Severity(Severity::Error) } else { Ink::Plain }, &what);
        lines.iter().for_each(|l| screen.line(4, Ink::Dim, &one_line(l)));
    }
}

fn one(regression: &Regression, plans: bool, look: &Look, screen: &mut Screen) {
    let severity = if regression.change == Change::Dearer { Severity::Warning } else { Severity::Error };
    let longest = if look.verbose { usize::MAX } else { TEXT };
    let line = format!("{}  {}", text::degree(regression), text::statement(&regression.text, longest));
    screen.line(2, Ink::Severity(severity), &line);
    if let Some(refusal) = text::refusal(regression) {
        screen.line(4, Ink::Plain, &refusal);
    }
    for cause in text::causes(regression) {
        screen.line(4, Ink::Plain, &format!("because {cause}"));
    }
    screen.line(4, Ink::Dim, &format!("{} · {}", text::figures(regression), regression.fingerprint));
    if !plans {
        return;
    }
    for (sign, name, lines) in [("-", "before", &regression.plan_before), ("+", "after", &regression.plan_after)] {
        if lines.is_empty() {
            continue;
        }
        screen.line(4, Ink::Dim, name);
        let shown = if look.verbose { lines.len() } else { LINES };
        for line in lines.iter().take(shown) {
            screen.diff_line(6, &format!("{sign} {line}"));
        }
        if lines.len() > shown {
            screen.line(6, Ink::Dim, &format!("and {} (-v shows all)", plural(lines.len() - shown, "more line")));
        }
    }
}

fn skipped(outcome: &Outcome, look: &Look, screen: &mut Screen) {
    if outcome.skipped.is_empty() {
        return;
    }
    screen.heading("Not looked at");
    for (why, names) in text::by_reason(&outcome.skipped) {
        let shown = if look.verbose { names.len() } else { NAMES };
        let more = names.len().saturating_sub(shown);
        let acknowledged = if why.acknowledged { " (acknowledged)" } else { "" };
        screen.line(2, if why.acknowledged { Ink::Dim } else { Ink::Plain }, &format!("{}{acknowledged}", why.because));
        for name in names.iter().take(shown) {
            screen.line(4, Ink::Dim, name);
        }
        if more > 0 {
            screen.line(4, Ink::Dim, &format!("and {more} more (-v lists all)"));
        }
        if let (Some(cure), false) = (&why.cure, why.acknowledged) {
            screen.line(4, Ink::Dim, &format!("to do: {cure}"));
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
