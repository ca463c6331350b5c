//! The findings as a Code Quality report of GitLab.

use serde_json::{Value, json};

use super::text;
use crate::check::Severity;
use crate::error::{Context, Result};
use crate::ident::one_line;
use crate::lint::Outcome;

/// The outcome as a list of issues. What could not be read is an issue as well: a merge request must not look clean.
///
/// # Errors
/// Never in practice: all keys are strings.
pub fn gitlab(outcome: &Outcome) -> Result<String> {
    let findings = outcome.findings.iter().map(|f| {
        let severity = match f.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "info",
        };
        json!({
            "description": text::sentences(f).iter().map(|l| one_line(l)).collect::<Vec<_>>().join("; "),
            "check_name": f.check,
            "fingerprint": f.fingerprint,
            "severity": severity,
            "location": { "path": f.file, "lines": { "begin": f.line, "end": f.end_line.max(f.line) } },
        })
    });
    let skipped = outcome.skipped.iter().filter(|s| !s.acknowledged).map(|s| {
        json!({
            "description": format!("not read: {}", one_line(&s.because)),
            "check_name": "not-read",
            "fingerprint": crate::hash::hash(&["not-read", &s.file, &s.because])[..16],
            "severity": "minor",
            "location": { "path": s.file, "lines": { "begin": s.line } },
        })
    });
    let all: Vec<Value> = findings.chain(skipped).collect();
    serde_json::to_string_pretty(&all).map(|json| json + "\n").context("cannot write the findings for GitLab")
}
