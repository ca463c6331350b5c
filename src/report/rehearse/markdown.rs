//! The rehearsal for a pull-request comment or a job summary.

use super::{files, text};
use crate::rehearse::Outcome;
use crate::rehearse::outcome::Regression;
use crate::rehearse::rehearsal::{Rehearsal, Step};
use crate::report::markdown::escape;

/// Statements in the table.
const ROWS: usize = 50;
/// Files whose statements are listed.
const FILES: usize = 20;
/// Statements whose plans are shown.
const PLANS: usize = 10;
/// Characters of a statement: GitHub refuses comments of more than 65,536.
const TEXT: usize = 300;
/// Lines of a plan.
const LINES: usize = 30;
/// Characters of a line of a plan.
const LINE: usize = 160;

/// The outcome as GitHub-flavoured markdown.
pub fn markdown(outcome: &Outcome) -> String {
    let mut out = format!("### dbharden rehearse: {}\n\n", escape(&text::verdict(outcome)));
    out.push_str(&format!("{}; {}.\n", escape(&text::headline(outcome)), escape(&text::rehearsed(outcome))));
    for note in &outcome.notes {
        out.push_str(&format!("\n> {}\n", escape(note)));
    }
    for file in outcome.rehearsed.iter().take(FILES) {
        rehearsed(file, &mut out);
    }
    if let Some(more) = outcome.rehearsed.len().checked_sub(FILES).filter(|n| *n > 0) {
        out.push_str(&format!("\nAnd {more} more files.\n"));
    }
    if !outcome.regressions.is_empty() {
        out.push_str("\n| | Statement | Because | Figures |\n| --- | --- | --- | --- |\n");
        outcome.regressions.iter().take(ROWS).for_each(|r| out.push_str(&row(r)));
        if let Some(more) = outcome.regressions.len().checked_sub(ROWS).filter(|n| *n > 0) {
            out.push_str(&format!("\nAnd {more} more.\n"));
        }
    }
    if let Some(line) = text::others(outcome) {
        out.push_str(&format!("\n{}.\n", escape(&line)));
    }
    if !outcome.skipped.is_empty() {
        out.push_str("\nNot looked at:\n\n");
        for (why, names) in text::by_reason(&outcome.skipped) {
            let more = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
            let name = names.first().map(|n| text::statement(n, TEXT)).unwrap_or_default();
            out.push_str(&format!("- {}{more}: {}\n", escape(&name), escape(&why.because)));
        }
    }
    for regression in outcome.regressions.iter().take(PLANS) {
        plans(regression, &mut out);
    }
    if !outcome.migrations.pending.is_empty() {
        out.push_str(&format!("\n{}.\n", text::UNPROVEN));
    }
    out
}

/// A file: its statements that others notice, its undo, its second run.
fn rehearsed(file: &Rehearsal, out: &mut String) {
    out.push_str(&format!("\n**{}**\n\n", escape(&file.migration)));
    let noticed: Vec<(&Step, Vec<String>)> =
        file.statements.iter().map(|s| (s, files::of(s))).filter(|(_, lines)| !lines.is_empty()).collect();
    if !noticed.is_empty() {
        out.push_str("| Line | Statement | Locks and work |\n| --- | --- | --- |\n");
        for (step, lines) in noticed.iter().take(ROWS) {
            let lines: Vec<String> = lines.iter().map(|l| escape(l)).collect();
            out.push_str(&format!("| {} | {} | {} |\n", step.line, escape(&step.text), lines.join("<br>")));
        }
        if let Some(more) = noticed.len().checked_sub(ROWS).filter(|n| *n > 0) {
            out.push_str(&format!("\nAnd {more} more.\n"));
        }
        out.push('\n');
    }
    for (what, lines) in [files::undo(file), files::again(file)] {
        let lines: String = lines.iter().map(|l| format!("<br>{}", escape(&text::statement(l, TEXT)))).collect();
        out.push_str(&format!("- {}{lines}\n", escape(&what)));
    }
}

fn row(regression: &Regression) -> String {
    let mut why: Vec<String> = text::refusal(regression).iter().map(|r| escape(r)).collect();
    why.extend(text::causes(regression).iter().map(|c| escape(c)));
    format!(
        "| {} | {} | {} | {} |\n",
        text::degree(regression),
        escape(&text::statement(&regression.text, TEXT)),
        why.join("<br>"),
        escape(&text::figures(regression))
    )
}

/// Both plans, as a diff; a fence that no line can close.
fn plans(regression: &Regression, out: &mut String) {
    out.push_str(&format!("\n<details><summary>Plans of {}</summary>\n\n````diff\n", escape(&regression.fingerprint)));
    for (sign, lines) in [("-", &regression.plan_before), ("+", &regression.plan_after)] {
        for line in lines.iter().take(LINES) {
            out.push_str(&format!("{sign} {}\n", clipped(line).replace("````", "` ` ` `")));
        }
    }
    out.push_str("````\n\n</details>\n");
}

/// With its indentation.
fn clipped(line: &str) -> String {
    let blanks = line.len() - line.trim_start().len();
    format!("{}{}", " ".repeat(blanks), text::statement(line, LINE))
}
