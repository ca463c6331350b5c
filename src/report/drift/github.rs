//! The drift as annotations of a GitHub Actions job.

use super::text;
use super::workflow::{data, property};
use crate::drift::Outcome;
use crate::drift::outcome::Finding;

/// Lines of a diff in an annotation.
const DIFF_LINES: usize = 12;

/// The outcome as workflow commands: an error for each difference, a warning for what could not be compared, notices for remarks.
pub fn github(outcome: &Outcome) -> String {
    let mut out = String::new();
    for finding in &outcome.findings {
        let mut properties = format!("title={}", property(&format!("{} {} {}", finding.id, finding.kind, finding.object)));
        if let Some(file) = text::file_of(finding, &outcome.desired) {
            properties.push_str(&format!(",file={},line=1", property(&file)));
        }
        out.push_str(&format!("::error {properties}::{}\n", data(&lines(finding))));
    }
    for s in outcome.skipped.iter().filter(|s| !s.acknowledged) {
        let mut lines = vec![format!("{}: {}", s.object, s.because)];
        lines.extend(s.cure.as_deref().map(|c| format!("to compare it: {}", c.replace(";\n", "; "))));
        out.push_str(&format!("::warning title=drift{}::{}\n", property(": not compared"), data(&lines)));
    }
    let verdict = text::verdict(outcome);
    for note in outcome.notes.iter().chain(text::not_compared(outcome).iter()).chain([&verdict]) {
        out.push_str(&format!("::notice title=drift::{}\n", data(std::slice::from_ref(note))));
    }
    out
}

fn lines(finding: &Finding) -> Vec<String> {
    let mut lines = vec![finding.message.clone()];
    lines.extend(text::origin(finding));
    let (facets, diff) = text::details(finding);
    lines.extend(facets);
    let (shown, more) = text::at_most(&diff, DIFF_LINES);
    lines.extend_from_slice(shown);
    if more > 0 {
        lines.push(format!("and {more} more lines of diff"));
    }
    lines
}
