//! The first screen: what costs most, what is wrong with which table, what was not looked at, what to type next.

use std::collections::BTreeMap;

use super::document::{COSTLIEST, Document, Listed, Mode, ServerLine, Status};
use super::figures::{bytes, count, duration, evidence};
use super::screen::{Ink, Look, Screen};
use crate::check::{Confidence, Finding, Severity, Skipped};
use crate::ident::{ident_list, one_line};

/// Figures shown of one finding's evidence.
const FIGURES: usize = 5;

/// The report as text for a terminal.
pub fn table(document: &Document, look: &Look) -> String {
    let mut screen = Screen::new(look);
    screen.line(0, Ink::Heading, &headline(document));
    for note in &document.notes {
        screen.line(0, Ink::Severity(Severity::Warning), &format!("! {note}"));
    }
    let told = costliest(document, &mut screen);
    by_table(document, &told, &mut screen);
    super::tenants::tenants(document, &mut screen);
    counts(document, &mut screen);
    skipped(document, &mut screen);
    migrations(document, &mut screen);
    unreadable(document, look, &mut screen);
    super::next::next(document, &mut screen);
    screen.finish()
}

fn headline(document: &Document) -> String {
    let server = &document.server;
    let mut parts = vec![format!("dbharden {}", document.dbharden), format!("PostgreSQL {}", short_version(server))];
    parts.push(format!("database {}{}", server.database, if server.in_recovery { " (standby)" } else { "" }));
    parts.push(plural(server.tables, "table"));
    parts.extend(server.bytes.map(bytes));
    parts.push(match (server.statements, server.workload_since) {
        (None, _) => "no workload to see".to_owned(),
        (Some(n), None) => format!("{} counted", plural(n, "statement")),
        (Some(n), Some(since)) => {
            format!("{} counted over {}", plural(n, "statement"), days(server.taken_at - since))
        }
    });
    parts.join(" · ")
}

/// `15.18` of `15.18 (Debian 15.18-0+deb12u1)`.
pub(super) fn short_version(server: &ServerLine) -> &str {
    server.version.split(' ').next().unwrap_or(&server.version)
}

/// The few findings that save most database time; returns their fingerprints.
fn costliest<'d>(document: &'d Document, screen: &mut Screen) -> Vec<&'d str> {
    let saving = |l: &&Listed| l.finding.saves_ms_per_day.is_some() && !l.accepted;
    let mut findings: Vec<&Finding> = document.findings.iter().filter(saving).map(|l| &l.finding).collect();
    findings.sort_by(|a, b| Finding::listing_order(a, b));
    findings.truncate(COSTLIEST);
    if findings.is_empty() {
        return Vec::new();
    }
    screen.heading("Costs most: database time a day that a cure saves");
    let rows: Vec<_> = findings
        .iter()
        .map(|f| {
            let saved = duration(f.saves_ms_per_day.unwrap_or_default());
            vec![
                vec![(Ink::Heading, saved)],
                vec![(Ink::Heading, named(f)), (Ink::Plain, said(f)), (Ink::Dim, figures(f)), (Ink::Dim, origin(f))],
            ]
        })
        .collect();
    screen.rows(2, &rows);
    findings.iter().map(|f| f.fingerprint.as_str()).collect()
}

/// Findings grouped by table, the table with the most valuable one first. Those that stand above already are kept short.
fn by_table(document: &Document, told: &[&str], screen: &mut Screen) {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tables: Vec<(&str, Vec<&Listed>)> = Vec::new();
    let wanted: Vec<&Listed> = document.findings.iter().filter(|l| l.shown && !l.accepted).collect();
    for finding in super::most_valuable(wanted.iter().map(|l| &l.finding)) {
        let Some(listed) = wanted.iter().find(|l| std::ptr::eq(&l.finding, finding)) else { continue };
        let used = lines.entry(&finding.check).or_default();
        *used += 1;
        if document.lines_per_check.is_some_and(|most| *used > most) {
            *left_out.entry(&finding.check).or_default() += 1;
            continue;
        }
        match tables.iter_mut().find(|(table, _)| *table == finding.table()) {
            Some((_, findings)) => findings.push(listed),
            None => tables.push((finding.table(), vec![listed])),
        }
    }
    if tables.is_empty() {
        return;
    }
    screen.heading(match document.mode {
        Mode::Check { .. } => "New findings",
        Mode::Plan { .. } => "Findings",
    });
    for (table, findings) in tables {
        screen.gap();
        screen.line(2, Ink::Heading, table);
        let rows: Vec<_> =
            findings.iter().map(|l| row(&l.finding, table, told.contains(&l.finding.fingerprint.as_str()))).collect();
        screen.rows(4, &rows);
    }
    if !left_out.is_empty() {
        screen.gap();
    }
    for (check, n) in left_out {
        screen.line(2, Ink::Dim, &format!("{check}: and {n} more (--only {check} --all shows them)"));
    }
}

fn row(finding: &Finding, table: &str, told: bool) -> Vec<Vec<(Ink, String)>> {
    let mut cell = vec![(Ink::Plain, said(finding))];
    // a constraint, an index, a column: the message mostly names it, else it stands here
    let part = finding.object.strip_prefix(table).and_then(|o| o.strip_prefix('.')).unwrap_or(&finding.object);
    if finding.object != table && !finding.message.contains(&one_line(part)) {
        cell.push((Ink::Plain, finding.object.clone()));
    }
    let figures = figures(finding);
    if !figures.is_empty() && !told {
        cell.push((Ink::Dim, figures));
    }
    if let Some(migration) = &finding.migration {
        cell.push((Ink::Dim, format!("cured by {migration}")));
    }
    if !told {
        cell.push((Ink::Dim, origin(finding)));
    }
    vec![vec![(Ink::Severity(finding.severity), finding.severity.to_string())], cell]
}

/// Which check says so, and what to give to `explain`.
fn origin(finding: &Finding) -> String {
    format!("{} {} {}", finding.id, finding.check, finding.fingerprint)
}

/// The object with its columns.
fn named(finding: &Finding) -> String {
    if finding.columns.is_empty() {
        finding.object.clone()
    } else {
        format!("{} ({})", finding.object, ident_list(&finding.columns))
    }
}

/// The message without the table it begins with: that stands above it.
fn said(finding: &Finding) -> String {
    let own = |name: &str| finding.message.strip_prefix(name).and_then(|m| m.strip_prefix(": ")).map(str::to_owned);
    let mut said = own(&one_line(finding.table())).or_else(|| own(&one_line(&finding.object))).unwrap_or(finding.message.clone());
    if finding.confidence == Confidence::Low {
        said.push_str(" (low confidence)");
    }
    said
}

fn figures(finding: &Finding) -> String {
    let mut figures = evidence(finding);
    figures.truncate(FIGURES);
    figures.join(", ")
}

/// Counts by group and severity.
fn counts(document: &Document, screen: &mut Screen) {
    let summary = &document.summary;
    screen.heading(&match summary.findings {
        0 => "Nothing found".to_owned(),
        n => plural(n, "finding"),
    });
    let rows: Vec<_> = summary
        .by_group
        .iter()
        .map(|(group, counts)| {
            let mut cells = vec![vec![(Ink::Plain, group.clone())]];
            let by_severity = [Severity::Error, Severity::Warning, Severity::Info].into_iter().map(|s| match counts.get(&s) {
                Some(n) => vec![(Ink::Severity(s), severities(*n, s))],
                None => vec![(Ink::Plain, String::new())],
            });
            cells.extend(by_severity);
            cells
        })
        .collect();
    screen.rows(2, &rows);
    let accepted = summary.findings - summary.new;
    if accepted > 0 {
        screen.line(2, Ink::Plain, &format!("{accepted} accepted before, {} new", summary.new));
    }
    if summary.waived > 0 {
        screen.line(2, Ink::Plain, &format!("{} more waived in the configuration", summary.waived));
    }
    let shown = document.findings.iter().filter(|l| l.shown || l.accepted).count();
    if shown < summary.findings {
        screen.line(
            2,
            Ink::Plain,
            &format!("the most valuable {shown} are shown; --all shows {} more", summary.findings - shown),
        );
    }
}

/// What was not looked at: things with the same reason together.
fn skipped(document: &Document, screen: &mut Screen) {
    let mut reasons: BTreeMap<(bool, &str, Option<&str>), Vec<&Skipped>> = BTreeMap::new();
    for s in &document.skipped {
        reasons.entry((s.acknowledged, &s.because, s.cure.as_deref())).or_default().push(s);
    }
    if reasons.is_empty() {
        return;
    }
    screen.heading("Not looked at");
    for ((acknowledged, because, cure), things) in reasons {
        let mut names: Vec<&str> = things.iter().filter_map(|s| s.object.as_deref().or(s.check.as_deref())).collect();
        let more = names.len().saturating_sub(super::LINES_PER_CHECK);
        names.truncate(super::LINES_PER_CHECK);
        let mut line = names.join(", ");
        if more > 0 {
            line.push_str(&format!(" and {more} more"));
        }
        let ink = if acknowledged { Ink::Dim } else { Ink::Plain };
        screen.line(2, ink, &format!("{line}: {because}{}", if acknowledged { " (acknowledged)" } else { "" }));
        if let (Some(cure), false) = (cure, acknowledged) {
            screen.line(4, Ink::Dim, &format!("to see it: {}", cure.replace(";\n", "; ")));
        }
    }
}

/// Migrations on disk, by what became of them.
fn migrations(document: &Document, screen: &mut Screen) {
    let heading = |status| match status {
        Status::Written => "Migrations written to",
        Status::Planned => "Migrations that would be written to",
        Status::Pending => "Waiting to be applied in",
        Status::Applied => "Already in the database; can be deleted from",
        Status::Obsolete => "Obsolete (no finding asks for them any more, or not in this form); can be deleted from",
    };
    let mut last = None;
    let mut lines = 0;
    for migration in &document.migrations {
        if last != Some(migration.status) {
            more(screen, lines, document);
            (last, lines) = (Some(migration.status), 0);
            screen.heading(&format!("{} {}/", heading(migration.status), document.directory.display()));
        }
        lines += 1;
        if document.lines_per_check.is_some_and(|most| lines > most) {
            continue;
        }
        let mut about = migration.title.clone();
        match migration.bytes {
            Some(b) if b >= 0 => about.push_str(&format!(" · about {} on disk", bytes(b))),
            Some(b) => about.push_str(&format!(" · frees about {}", bytes(-b))),
            None => {}
        }
        if let Some(seconds) = migration.seconds.filter(|s| *s >= 1.0) {
            about.push_str(&format!(" · about {}", duration(seconds * 1e3)));
        }
        if migration.edited {
            about.push_str(" · edited by hand");
        }
        screen.line(2, Ink::Plain, &migration.name);
        screen.line(4, Ink::Dim, &about);
    }
    more(screen, lines, document);
}

/// Says how many migrations of one kind are not listed.
fn more(screen: &mut Screen, lines: usize, document: &Document) {
    if let Some(more) = document.lines_per_check.and_then(|most| lines.checked_sub(most)).filter(|n| *n > 0) {
        screen.line(2, Ink::Dim, &format!("and {more} more"));
    }
}

fn unreadable(document: &Document, look: &Look, screen: &mut Screen) {
    let n = document.unreadable.len();
    if n == 0 {
        return;
    }
    let hint = if look.verbose { "" } else { " (-v lists them)" };
    screen.heading(&format!("{} of the workload could not be analysed{hint}", plural(n, "statement")));
    if look.verbose {
        for (text, reason) in &document.unreadable {
            screen.line(2, Ink::Plain, text);
            screen.line(4, Ink::Dim, reason);
        }
    }
}

/// `8 warnings`, `1 error`, `3 info`.
pub(super) fn severities(n: usize, severity: Severity) -> String {
    if severity == Severity::Info { format!("{n} info") } else { plural(n, &severity.to_string()) }
}

fn days(seconds: i64) -> String {
    if seconds < 2 * 86_400 { duration(seconds.max(0) as f64 * 1e3) } else { format!("{} days", seconds / 86_400) }
}

pub(crate) fn plural(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", count(n as f64)) }
}
