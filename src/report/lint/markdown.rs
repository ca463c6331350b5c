//! The findings for a pull-request comment or a job summary.

use super::text;
use crate::lint::Outcome;
use crate::report::markdown::escape;

/// Findings in the table, and in full below it.
const ROWS: usize = 100;

/// No rewrite begins after so many bytes: GitHub refuses comments of more than 65,536 characters.
const ROOM: usize = 40_000;

/// The outcome as GitHub-flavoured markdown.
pub fn markdown(outcome: &Outcome) -> String {
    let mut out = format!("### dbharden lint: {}\n", escape(&text::verdict(outcome)));
    if !outcome.findings.is_empty() {
        out.push_str("\n| | Place | Rule | What | Why |\n| --- | --- | --- | --- | --- |\n");
    }
    for f in outcome.findings.iter().take(ROWS) {
        let mut why = escape(&f.because);
        if let Some(evidence) = text::evidence(f) {
            why.push_str(&format!("<br>{}", escape(&evidence)));
        }
        let (level, place) = (text::level(f.severity), escape(&format!("{}:{}", f.file, f.line)));
        out.push_str(&format!("| {level} | {place} | {} | {} | {why} |\n", f.check, escape(&f.message)));
    }
    if let Some(more) = outcome.findings.len().checked_sub(ROWS).filter(|n| *n > 0) {
        out.push_str(&format!("\nAnd {more} more.\n"));
    }
    let rewritten: Vec<_> = outcome.findings.iter().filter(|f| f.rewrite.is_some()).take(ROWS).collect();
    if !rewritten.is_empty() {
        out.push_str("\n<details><summary>What to write instead</summary>\n");
        for f in rewritten {
            if out.len() > ROOM {
                out.push_str("\nAnd more: `dbharden lint` shows all.\n");
                break;
            }
            let lines: Vec<String> = text::rewrite(f).map(crate::ident::one_line).collect();
            let ticks = lines.iter().flat_map(|l| l.split(|c| c != '`')).map(str::len).max().unwrap_or(0).max(2) + 1;
            let fence = "`".repeat(ticks);
            let place = escape(&format!("{}:{}", f.file, f.line));
            out.push_str(&format!("\n{place}: {}\n\n{fence}sql\n{}\n{fence}\n", f.check, lines.join("\n")));
        }
        out.push_str("\n</details>\n");
    }
    let unread: Vec<_> = outcome.skipped.iter().filter(|s| !s.acknowledged).collect();
    if !unread.is_empty() {
        out.push_str(&format!("\n<details><summary>{} not read</summary>\n\n", unread.len()));
        for s in unread.iter().take(ROWS) {
            out.push_str(&format!("- {}: {}\n", escape(&format!("{}:{}", s.file, s.line)), escape(&s.because)));
        }
        out.push_str("\n</details>\n");
    }
    for note in &outcome.notes {
        out.push_str(&format!("\n> {}\n", escape(note)));
    }
    out
}
