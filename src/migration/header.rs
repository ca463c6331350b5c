//! The comment block that opens a migration: what a DBA must know before signing it. Names and texts are escaped line by line.

use serde_json::Value;

use super::rehearsed::{BEGIN, END, Rehearsed};
use crate::check::Finding;
use crate::ident::one_line;
use crate::plan::{Hazard, Statement, Step};

/// Width of the comment block, characters.
const WIDTH: usize = 110;

/// The block before `up.sql`; `undo` says where that is.
pub(super) fn up(step: &Step, findings: &[&Finding], undo: &str) -> String {
    let mut out = Lines::default();
    out.line(0, &step.change.title());
    out.blank();
    out.line(0, if findings.is_empty() { "Prepares a later migration." } else { "Cures:" });
    for finding in findings {
        out.line(2, &format!("{} {}: {}", finding.id, finding.check, finding.message));
        for line in evidence(finding) {
            out.line(4, &line);
        }
    }
    out.blank();
    out.locks(&step.up);
    let mut hazards: Vec<Hazard> = step.up.iter().flat_map(|s| s.hazards.iter().copied()).collect();
    hazards.sort();
    hazards.dedup();
    if !hazards.is_empty() {
        out.blank();
        out.line(0, "Mind:");
        hazards.iter().for_each(|h| out.line(2, h.sentence()));
    }
    out.blank();
    out.line(0, &format!("Estimated: {}", estimate(step)));
    out.line(0, &format!("Undo: {undo}"));
    out.text
}

/// The block before `down.sql`.
pub(super) fn down(step: &Step) -> String {
    let mut out = Lines::default();
    out.line(0, &format!("Undo of: {}", step.change.title()));
    out.blank();
    out.locks(&step.down);
    out.text
}

/// What a statement's own comment line says.
pub(super) fn statement(statement: &Statement) -> String {
    let way = if statement.in_transaction { "" } else { "outside a transaction; " };
    match &statement.lock {
        Some(lock) => format!("-- {way}{} on {}", lock.mode, one_line(&lock.relation)),
        None if statement.sql.starts_with("DO ") => "-- gate: raises unless the database is as it must be here".to_owned(),
        None => String::new(),
    }
}

/// The block that a rehearsal leaves behind the others.
pub(super) fn rehearsed(seen: &Rehearsed) -> String {
    let mut out = Lines::default();
    out.line(0, &format!("{} on PostgreSQL {}, in an empty copy", BEGIN.trim_start_matches("-- "), seen.server));
    for statement in &seen.up {
        let lines: Vec<&String> = [&statement.locks, &statement.work, &statement.unproven].into_iter().flatten().collect();
        if !lines.is_empty() {
            out.line(2, &statement.text);
            lines.into_iter().for_each(|l| out.line(4, l));
        }
    }
    out.line(2, &format!("Undo: {}. Second run: {}.", seen.undo.replace('_', " "), seen.again.replace('_', " ")));
    seen.because.iter().for_each(|b| out.line(4, b));
    out.line(0, END.trim_start_matches("-- "));
    out.text
}

fn locks(statements: &[Statement]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for lock in statements.iter().filter_map(|s| s.lock.as_ref()) {
        let line = format!("{} on {}: {}", lock.mode, lock.relation, lock.mode.blocks());
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The figures of a finding, one line each; statements last.
fn evidence(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    let mut figures = Vec::new();
    for (key, value) in &finding.evidence {
        match value {
            Value::Number(_) | Value::Bool(_) => figures.push(format!("{} {}", key.replace('_', " "), number(value))),
            Value::Array(items) if key == "statements" => lines.extend(items.iter().take(5).flat_map(statement_lines)),
            _ => {}
        }
    }
    if !figures.is_empty() {
        lines.insert(0, figures.join(", "));
    }
    if let Some(proven) = finding.evidence.get("proven").and_then(Value::as_str) {
        lines.insert(lines.len().min(1), format!("proven by: {proven}"));
    }
    lines
}

/// A statement of the evidence: its figures, its text, its plan of today.
fn statement_lines(item: &Value) -> Vec<String> {
    let figure = |key: &str| item.get(key).map(number);
    let mut lines = Vec::new();
    if let (Some(calls), Some(mean)) = (figure("calls"), figure("mean_ms")) {
        lines.push(format!("{calls} calls of {mean} ms:"));
    }
    if let Some(text) = item.get("text").and_then(Value::as_str) {
        lines.push(format!("  {text}"));
    }
    match (figure("cost_before"), figure("cost_after")) {
        (Some(before), Some(after)) => lines.push(format!("  planned at {before} now, at {after} with it")),
        (Some(before), None) => lines.push(format!("  planned at {before} now")),
        _ => {}
    }
    if let Some(why) = item.get("not_planned").and_then(Value::as_str) {
        lines.push(format!("  not planned: {why}"));
    }
    for (key, words) in [("plan", "plan today:"), ("plan_after", "plan with it:")] {
        if let Some(plan) = item.get(key).and_then(Value::as_array).filter(|p| !p.is_empty()) {
            lines.push(format!("  {words}"));
            lines.extend(plan.iter().filter_map(Value::as_str).take(8).map(|l| format!("    {l}")));
        }
    }
    lines
}

fn number(value: &Value) -> String {
    match value.as_f64() {
        Some(n) if n.fract() != 0.0 && n.abs() < 1_000.0 => format!("{n:.2}"),
        Some(n) => format!("{n:.0}"),
        None => value.to_string(),
    }
}

fn estimate(step: &Step) -> String {
    let size = match step.bytes {
        Some(b) if b >= 0 => format!("{} more on disk", crate::report::bytes(b)),
        Some(b) => format!("{} freed", crate::report::bytes(-b)),
        None => "size unknown (the table was never analysed)".to_owned(),
    };
    match step.seconds {
        Some(s) if s < 1.0 => format!("{size}, under a second on an idle server"),
        Some(s) => format!("{size}, about {:.0} s on an idle server", s.ceil()),
        None => size,
    }
}

/// Comment lines, wrapped.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn locks(&mut self, statements: &[Statement]) {
        let locks = locks(statements);
        self.line(0, if locks.is_empty() { "Locks: none on a table" } else { "Locks:" });
        locks.iter().for_each(|lock| self.line(2, lock));
    }

    fn blank(&mut self) {
        self.text.push_str("--\n");
    }

    /// One line, escaped, then wrapped at blanks; the lines that follow are indented two more.
    fn line(&mut self, indent: usize, text: &str) {
        let own = text.len() - text.trim_start().len();
        let mut current = String::new();
        let first = indent + own;
        let mut indent = first;
        for word in one_line(text.trim_start()).split(' ') {
            if !current.is_empty() && indent + current.chars().count() + 1 + word.chars().count() > WIDTH {
                self.push(indent, &current);
                current.clear();
                indent = first + 2;
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        self.push(indent, &current);
    }

    fn push(&mut self, indent: usize, text: &str) {
        self.text.push_str(format!("-- {}{text}", " ".repeat(indent)).trim_end());
        self.text.push('\n');
    }
}
