//! The report for a pull-request comment or a job summary.

use std::collections::BTreeMap;

use super::document::{Document, Listed, Mode, Status};
use super::figures::{duration, evidence};
use super::most_valuable;
use super::table::{plural, severities};
use crate::check::Severity;
use crate::ident::one_line;

/// Findings in the table; GitHub refuses comments of more than 65,536 characters.
const ROWS: usize = 100;

/// The report as GitHub-flavoured markdown.
pub fn markdown(document: &Document) -> String {
    let server = &document.server;
    let mut out = format!("### dbharden: {}\n\n", verdict(document));
    out.push_str(&format!("Database {} on PostgreSQL {}. ", escape(&server.database), escape(&server.version)));
    out.push_str(&format!("{}.\n", counts(document)));
    for note in &document.notes {
        out.push_str(&format!("\n> {}\n", escape(note)));
    }
    if let (Mode::Plan { .. }, Some(question)) = (document.mode, document.tenancy.as_ref().and_then(|t| t.question.as_ref())) {
        out.push_str(&format!("\n> Tenants: {}\n", escape(question)));
    }
    findings(document, &mut out);
    skipped(document, &mut out);
    migrations(document, &mut out);
    out
}

fn verdict(document: &Document) -> String {
    match document.mode {
        Mode::Check { .. } if document.summary.new < document.summary.findings => {
            format!(
                "{} ({} accepted before)",
                plural(document.summary.new, "new finding"),
                document.summary.findings - document.summary.new
            )
        }
        _ => plural(document.summary.findings, "finding"),
    }
}

fn counts(document: &Document) -> String {
    let summary = &document.summary;
    let mut parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .iter()
        .filter_map(|s| summary.by_severity.get(s).map(|n| severities(*n, *s)))
        .collect();
    if summary.waived > 0 {
        parts.push(format!("{} waived", summary.waived));
    }
    if summary.skipped > 0 {
        parts.push(format!("{} not looked at", summary.skipped));
    }
    if parts.is_empty() { "Nothing found, everything looked at".to_owned() } else { parts.join(", ") }
}

fn findings(document: &Document, out: &mut String) {
    let new: Vec<&Listed> = document.findings.iter().filter(|l| l.shown && !l.accepted).collect();
    if new.is_empty() {
        return;
    }
    out.push_str("\n| | Object | Finding | Saves a day | Cure |\n| --- | --- | --- | ---: | --- |\n");
    for finding in most_valuable(new.iter().map(|l| &l.finding)).into_iter().take(ROWS) {
        let figures = evidence(finding);
        let figures = if figures.is_empty() { String::new() } else { format!("<br>{}", escape(&figures.join(", "))) };
        out.push_str(&format!(
            "| {} | {} | **{}** {}{figures} | {} | {} |\n",
            finding.severity,
            escape(&finding.object),
            escape(&finding.check),
            escape(&finding.message),
            finding.saves_ms_per_day.map(duration).unwrap_or_default(),
            finding.migration.as_deref().map(escape).unwrap_or_default(),
        ));
    }
    if new.len() > ROWS {
        out.push_str(&format!("\nAnd {} more.\n", new.len() - ROWS));
    }
}

fn skipped(document: &Document, out: &mut String) {
    let mut reasons: BTreeMap<(&str, Option<&str>), Vec<String>> = BTreeMap::new();
    for s in document.skipped.iter().filter(|s| !s.acknowledged) {
        let name = s.object.as_deref().or(s.check.as_deref()).unwrap_or_default();
        reasons.entry((&s.because, s.cure.as_deref())).or_default().push(escape(name));
    }
    if reasons.is_empty() {
        return;
    }
    out.push_str(&format!("\n<details><summary>{} not looked at</summary>\n\n", document.summary.skipped));
    for ((because, cure), names) in reasons {
        let cure = cure.map(|c| format!(" To see it: {}", escape(&c.replace(";\n", "; ")))).unwrap_or_default();
        out.push_str(&format!("- {}: {}.{cure}\n", names.join(", "), escape(because)));
    }
    out.push_str("\n</details>\n");
}

fn migrations(document: &Document, out: &mut String) {
    if document.migrations.is_empty() {
        return;
    }
    out.push_str("\n| Migration | | What it does |\n| --- | --- | --- |\n");
    for m in &document.migrations {
        let status = match m.status {
            Status::Written => "written",
            Status::Planned => "would be written",
            Status::Pending => "pending",
            Status::Applied => "applied: delete it",
            Status::Obsolete => "obsolete: delete it",
        };
        out.push_str(&format!("| {} | {status} | {} |\n", escape(&m.name), escape(&m.title)));
    }
}

/// Text that stays text: one line, nothing that markdown, HTML or GitHub's mentions would read.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '!' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_cell() {
        assert_eq!(escape("a|b`c<d>\n@me #1 *x* [y](z)"), "a\\|b\\`c&lt;d&gt;\\\\n&#64;me &#35;1 \\*x\\* \\[y\\](z)");
    }
}
