//! The drift on a terminal: what was compared, what differs object by object, what was not compared, what to type next.

use std::collections::BTreeMap;

use super::group::{Group, groups};
use super::{next, text};
use crate::check::Severity;
use crate::drift::Outcome;
use crate::drift::outcome::{Change, Finding, Migration, Skipped};
use crate::report::screen::{Ink, Look, Screen};
use crate::report::table::{plural, short_version};

/// Differences of one object that are listed without `--verbose`.
const PER_OBJECT: usize = 10;

/// Objects that are listed without `--verbose`.
const OBJECTS: usize = 50;

/// Lines of one diff that are shown without `--verbose`.
const DIFF_LINES: usize = 12;

/// The outcome as text for a terminal.
pub fn table(outcome: &Outcome, look: &Look) -> String {
    let mut screen = Screen::new(look);
    screen.line(0, Ink::Heading, &headline(outcome));
    screen.line(0, Ink::Plain, &format!("compared with {}", text::compared_with(&outcome.desired)));
    if look.verbose && !outcome.desired.pending.is_empty() {
        screen.line(2, Ink::Dim, &format!("pending, no drift: {}", outcome.desired.pending.join(", ")));
    }
    for note in &outcome.notes {
        screen.line(0, Ink::Severity(Severity::Warning), &format!("! {note}"));
    }
    differences(outcome, look, &mut screen);
    left_out(outcome, look, &mut screen);
    skipped(&outcome.skipped, look, &mut screen);
    migrations(&outcome.migrations, &mut screen);
    if look.verbose {
        whole_diff(outcome, &mut screen);
    }
    next::next(outcome, &mut screen);
    screen.finish()
}

fn headline(outcome: &Outcome) -> String {
    let server = &outcome.server;
    [
        format!("dbharden {}", outcome.dbharden),
        format!("PostgreSQL {}", short_version(server)),
        format!("database {}{}", server.database, if server.in_recovery { " (standby)" } else { "" }),
        format!("{} compared", plural(outcome.summary.objects, "object")),
    ]
    .join(" · ")
}

fn differences(outcome: &Outcome, look: &Look, screen: &mut Screen) {
    if outcome.findings.is_empty() {
        return;
    }
    screen.heading(&text::verdict(outcome));
    screen.line(2, Ink::Dim, "+ only in the database   - only in the files   ~ not the same: database -> files");
    let groups = groups(&outcome.findings);
    let shown = if look.verbose { groups.len() } else { OBJECTS };
    let mut alone = false;
    for group in groups.iter().take(shown) {
        // objects alone stand close together, relations apart
        if !(alone && group.is_single()) {
            screen.gap();
        }
        alone = group.is_single();
        object(group, look, screen);
    }
    if let Some(more) = groups.len().checked_sub(shown).filter(|n| *n > 0) {
        screen.gap();
        screen.line(2, Ink::Dim, &format!("and {} more (-v lists all)", plural(more, "object")));
    }
}

fn object(group: &Group<'_>, look: &Look, screen: &mut Screen) {
    if group.is_single() {
        return difference(group.findings[0], group, 2, look, screen);
    }
    screen.line(2, Ink::Heading, group.object);
    let shown = if look.verbose { group.findings.len() } else { PER_OBJECT };
    for finding in group.findings.iter().take(shown) {
        difference(finding, group, 4, look, screen);
    }
    if let Some(more) = group.findings.len().checked_sub(shown).filter(|n| *n > 0) {
        screen.line(4, Ink::Dim, &format!("and {more} more (-v lists all)"));
    }
}

fn difference(finding: &Finding, group: &Group<'_>, indent: usize, look: &Look, screen: &mut Screen) {
    let ink = match finding.evidence.change {
        Change::Unexpected => Ink::Added,
        Change::Missing => Ink::Removed,
        Change::Changed => Ink::Severity(Severity::Warning),
    };
    let mut parts = vec![named(finding, group)];
    if finding.relation.is_none() {
        parts.extend(group.along());
    }
    parts.extend(text::origin(finding));
    screen.line(indent, ink, &format!("{} {}", text::sign(finding.evidence.change), parts.join(" · ")));
    let (facets, diff) = text::details(finding);
    for facet in &facets {
        screen.line(indent + 4, Ink::Plain, facet);
    }
    if look.verbose {
        for long in finding.evidence.facets.iter().filter(|_| !diff.is_empty()).filter(|f| text::is_long(f)) {
            screen.line(indent + 4, Ink::Plain, &format!("{}: see the diff at the end", long.name.replace('_', " ")));
        }
        return;
    }
    let (shown, more) = text::at_most(&diff, DIFF_LINES);
    for line in shown {
        screen.diff_line(indent + 4, line);
    }
    if more > 0 {
        screen.line(indent + 4, Ink::Dim, &format!("and {} of diff (-v shows all)", plural(more, "more line")));
    }
}

/// `column status` under its relation, `table public."Lead"` alone.
fn named(finding: &Finding, group: &Group<'_>) -> String {
    let own = finding.relation.as_ref().and_then(|_| finding.object.strip_prefix(group.object)?.strip_prefix('.'));
    match (own, group.is_single()) {
        (Some(own), _) => format!("{} {own}", finding.kind),
        // the heading has the name
        (None, false) if finding.relation.is_none() => finding.kind.to_string(),
        _ => format!("{} {}", finding.kind, finding.object),
    }
}

/// What differs and does not count.
fn left_out(outcome: &Outcome, look: &Look, screen: &mut Screen) {
    let not_compared = text::not_compared(outcome);
    if outcome.ignored.is_empty() && not_compared.is_none() {
        return;
    }
    screen.gap();
    if !outcome.ignored.is_empty() {
        let n = plural(outcome.ignored.len(), "difference");
        let hint = if look.verbose { "" } else { " (-v lists them)" };
        screen.line(0, Ink::Plain, &format!("{n} ignored by the configuration{hint}"));
    }
    if look.verbose {
        for ignored in &outcome.ignored {
            let finding = &ignored.finding;
            let sign = text::sign(finding.evidence.change);
            screen.line(2, Ink::Dim, &format!("{sign} {} {}: {}", finding.kind, finding.object, ignored.reason));
        }
    }
    if let Some(line) = not_compared {
        screen.line(0, Ink::Plain, &line);
    }
}

/// What could not be compared: things with the same reason together.
fn skipped(skipped: &[Skipped], look: &Look, screen: &mut Screen) {
    let mut reasons: BTreeMap<(bool, &str, Option<&str>), Vec<&str>> = BTreeMap::new();
    for s in skipped {
        reasons.entry((s.acknowledged, &s.because, s.cure.as_deref())).or_default().push(&s.object);
    }
    if reasons.is_empty() {
        return;
    }
    screen.heading("Not compared");
    for ((acknowledged, because, cure), mut names) in reasons {
        let more = if look.verbose { 0 } else { names.len().saturating_sub(PER_OBJECT) };
        names.truncate(names.len() - more);
        let mut line = names.join(", ");
        if more > 0 {
            line.push_str(&format!(" and {more} more"));
        }
        let ink = if acknowledged { Ink::Dim } else { Ink::Plain };
        screen.line(2, ink, &format!("{line}: {because}{}", if acknowledged { " (acknowledged)" } else { "" }));
        if let (Some(cure), false) = (cure, acknowledged) {
            screen.line(4, Ink::Dim, &format!("to compare it: {}", cure.replace(";\n", "; ")));
        }
    }
}

fn migrations(migrations: &[Migration], screen: &mut Screen) {
    let mut last = "";
    for migration in migrations {
        if migration.status != last {
            screen.heading(if migration.status == "written" { "Migration written" } else { "Migration that would be written" });
            last = migration.status;
        }
        screen.line(2, Ink::Plain, &migration.name);
        screen.line(4, Ink::Dim, &format!("{} · {}", migration.title, plural(migration.statements, "statement")));
        if migration.withheld > 0 {
            let n = plural(migration.withheld, "statement");
            let they = if migration.withheld == 1 { "it loses data and stands" } else { "they lose data and stand" };
            let line = format!("{n} withheld: {they} there as comments (--allow-data-loss writes them out)");
            screen.line(4, Ink::Severity(Severity::Warning), &line);
        }
    }
}

fn whole_diff(outcome: &Outcome, screen: &mut Screen) {
    let mut started = false;
    for finding in outcome.findings.iter().filter(|f| !f.evidence.diff.is_empty()) {
        if !started {
            screen.heading("Unified diff, from the files to the database");
            started = true;
        }
        screen.gap();
        screen.line(2, Ink::Heading, &format!("{} {}", finding.kind, finding.object));
        for line in text::turned(&finding.evidence.diff) {
            screen.diff_line(2, &line);
        }
    }
}
