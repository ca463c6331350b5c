//! The findings as annotations of a GitHub Actions job.

use super::text;
use crate::check::Severity;
use crate::lint::Outcome;
use crate::report::drift::workflow::{data, property};

/// The outcome as workflow commands.
pub fn github(outcome: &Outcome) -> String {
    let mut out = String::new();
    for f in &outcome.findings {
        let command = match f.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let title = property(&format!("{} {}", f.id, f.check));
        let place = format!("file={},line={},endLine={},col={}", property(&f.file), f.line, f.end_line.max(f.line), f.column);
        let mut lines = text::sentences(f);
        if f.rewrite.is_some() {
            lines.push("instead:".to_owned());
            lines.extend(text::rewrite(f).map(str::to_owned));
        }
        out.push_str(&format!("::{command} title={title},{place}::{}\n", data(&lines)));
    }
    for s in outcome.skipped.iter().filter(|s| !s.acknowledged) {
        let place = format!("title=lint{},file={},line={}", property(": not read"), property(&s.file), s.line);
        out.push_str(&format!("::warning {place}::{}\n", data(std::slice::from_ref(&s.because))));
    }
    out.push_str(&format!("::notice title=lint::{}\n", data(&[text::verdict(outcome)])));
    out
}
