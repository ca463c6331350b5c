//! The proof for a pull-request comment.

use super::text::{self, COMMANDS};
use crate::isolation::Outcome;
use crate::isolation::outcome::Verdict;
use crate::report::markdown::escape;

/// Rows of a table.
const ROWS: usize = 60;

/// The outcome as GitHub-flavoured markdown.
pub fn markdown(outcome: &Outcome) -> String {
    let mut out = format!("### dbharden isolation: {}\n\n", escape(&text::verdict(outcome)));
    text::about(outcome).iter().for_each(|line| out.push_str(&format!("- {}\n", escape(line))));
    out.push_str(&format!("\n| | {} |\n| --- |{}\n", COMMANDS.join(" | "), " --- |".repeat(COMMANDS.len())));
    let matrix = outcome.matrix();
    for (name, cells) in matrix.iter().take(ROWS) {
        let cells: Vec<&str> = COMMANDS.iter().map(|c| cells.get(c).map_or("", |v| v.as_str())).collect();
        out.push_str(&format!("| {} | {} |\n", escape(name), cells.join(" | ")));
    }
    if matrix.len() > ROWS {
        out.push_str(&format!("\nAnd {} more.\n", matrix.len() - ROWS));
    }
    for (title, verdict) in [("Leaks", Verdict::Leak), ("Prove nothing", Verdict::NotProven), ("Inherent", Verdict::Inherent)] {
        let all = text::of(outcome, verdict);
        if all.is_empty() {
            continue;
        }
        out.push_str(&format!("\n**{title}: {}**\n\n", all.len()));
        for attack in all.iter().take(ROWS) {
            let cure = attack.cure.as_ref().or(attack.because.as_ref()).map(|c| format!(": {}", escape(c))).unwrap_or_default();
            out.push_str(&format!("- {} · {} · {}{cure}\n", escape(&attack.object), attack.command, escape(&attack.attack)));
        }
        if all.len() > ROWS {
            out.push_str(&format!("\nAnd {} more.\n", all.len() - ROWS));
        }
    }
    for lacking in outcome.not_proven.iter().take(ROWS) {
        out.push_str(&format!("\n> not proven: {}: {}\n", escape(&lacking.what), escape(&lacking.because)));
    }
    out
}
