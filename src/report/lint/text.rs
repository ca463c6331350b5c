//! Sentences that several forms share.

use crate::check::Severity;
use crate::lint::{Finding, Outcome};
use crate::report::table::plural;
use crate::report::{bytes, count, duration};

/// `3 errors, 2 warnings in 14 files`
pub(super) fn verdict(outcome: &Outcome) -> String {
    let s = &outcome.summary;
    let files = format!("{} of {}", plural(s.statements, "statement"), plural(s.files, "file"));
    let counted = [(s.errors, "error"), (s.warnings, "warning"), (s.infos, "note")];
    let said: Vec<String> = counted.iter().filter(|(n, _)| *n > 0).map(|(n, word)| plural(*n, word)).collect();
    if said.is_empty() { format!("nothing found in {files}") } else { format!("{} in {files}", said.join(", ")) }
}

/// `40,000,000 rows, 12 GB: held for about 30 s`
pub(super) fn evidence(finding: &Finding) -> Option<String> {
    let figures = finding.evidence.as_ref()?;
    let mut said = format!("{} rows", count(figures.rows));
    if let Some(b) = figures.bytes.filter(|b| *b > 0) {
        said.push_str(&format!(", {}", bytes(b)));
    }
    if figures.held_ms > 0.0 {
        said.push_str(&format!(": held for about {}", duration(figures.held_ms)));
    }
    if figures.uses == Some(0) {
        said.push_str("; not used since counting began");
    }
    Some(said)
}

/// What, and why.
pub(super) fn sentences(finding: &Finding) -> Vec<String> {
    let mut said = vec![finding.message.clone(), format!("why: {}", finding.because)];
    said.extend(evidence(finding));
    said
}

/// Lines of the rewrite.
pub(super) fn rewrite(finding: &Finding) -> impl Iterator<Item = &str> {
    finding.rewrite.iter().flat_map(|r| r.lines())
}

/// What annotations and the like call it.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
