//! The drift for a pull-request comment or a job summary.

use super::group::groups;
use super::text;
use crate::drift::Outcome;
use crate::drift::outcome::Finding;
use crate::report::markdown::escape;
use crate::report::table::short_version;

/// Differences in the table.
const ROWS: usize = 100;

/// No diff begins after so many bytes: GitHub refuses comments of more than 65,536 characters.
const ROOM: usize = 40_000;

/// Lines of one diff.
const DIFF_LINES: usize = 60;

/// Characters of one line: one of sixty could still be a book.
const LINE: usize = 400;

/// The outcome as GitHub-flavoured markdown.
pub fn markdown(outcome: &Outcome) -> String {
    let server = &outcome.server;
    let mut out = format!("### dbharden drift: {}\n\n", escape(&text::verdict(outcome)));
    out.push_str(&format!("Database {} on PostgreSQL {}, ", escape(&server.database), escape(short_version(server))));
    out.push_str(&format!("compared with {}.\n", escape(&text::compared_with(&outcome.desired))));
    for note in &outcome.notes {
        out.push_str(&format!("\n> {}\n", escape(note)));
    }
    differences(outcome, &mut out);
    left_out(outcome, &mut out);
    skipped(outcome, &mut out);
    migrations(outcome, &mut out);
    diffs(outcome, &mut out);
    out
}

fn differences(outcome: &Outcome, out: &mut String) {
    if outcome.findings.is_empty() {
        return;
    }
    out.push_str("\n`+` only in the database, `-` only in the files, `~` not the same: database -> files\n");
    out.push_str("\n| | Object | Difference | Since |\n| --- | --- | --- | --- |\n");
    let mut rows = 0;
    for group in groups(&outcome.findings) {
        for finding in &group.findings {
            rows += 1;
            if rows <= ROWS {
                let along = if finding.relation.is_none() { group.along() } else { None };
                out.push_str(&row(finding, along));
            }
        }
    }
    if rows > ROWS {
        out.push_str(&format!("\nAnd {} more.\n", rows - ROWS));
    }
}

fn row(finding: &Finding, along: Option<String>) -> String {
    let evidence = &finding.evidence;
    let mut said = vec![escape(text::said(finding))];
    said.extend(along.map(|a| escape(&a)));
    said.extend(evidence.facets.iter().filter(|f| !text::is_long(f)).map(|f| escape(&text::facet(f))));
    if let Some(other) = &evidence.renamed {
        said.push(format!("looks like {} under another name", escape(other)));
    }
    format!(
        "| `{}` | {} {} | {} | {} |\n",
        text::sign(evidence.change),
        finding.kind,
        escape(&finding.object),
        said.join("<br>"),
        evidence.since.as_deref().map(escape).unwrap_or_default(),
    )
}

fn left_out(outcome: &Outcome, out: &mut String) {
    if let Some(line) = text::not_compared(outcome) {
        out.push_str(&format!("\n{}.\n", escape(&line)));
    }
    if outcome.ignored.is_empty() {
        return;
    }
    out.push_str(&format!("\n<details><summary>{} ignored</summary>\n\n", outcome.ignored.len()));
    for ignored in outcome.ignored.iter().take(ROWS) {
        let finding = &ignored.finding;
        out.push_str(&format!("- {} {}: {}\n", finding.kind, escape(&finding.object), escape(&ignored.reason)));
    }
    if outcome.ignored.len() > ROWS {
        out.push_str(&format!("- and {} more\n", outcome.ignored.len() - ROWS));
    }
    out.push_str("\n</details>\n");
}

fn skipped(outcome: &Outcome, out: &mut String) {
    let unseen: Vec<_> = outcome.skipped.iter().filter(|s| !s.acknowledged).collect();
    if unseen.is_empty() {
        return;
    }
    out.push_str(&format!("\n<details><summary>{} not compared</summary>\n\n", unseen.len()));
    for s in unseen.iter().take(ROWS) {
        let cure = s.cure.as_deref().map(|c| format!(" To compare it: {}", escape(&c.replace(";\n", "; ")))).unwrap_or_default();
        out.push_str(&format!("- {}: {}.{cure}\n", escape(&s.object), escape(&s.because)));
    }
    if unseen.len() > ROWS {
        out.push_str(&format!("- and {} more\n", unseen.len() - ROWS));
    }
    out.push_str("\n</details>\n");
}

fn migrations(outcome: &Outcome, out: &mut String) {
    if outcome.migrations.is_empty() {
        return;
    }
    out.push_str("\n| Migration | | What it does | Statements | Withheld: loses data |\n| --- | --- | --- | ---: | ---: |\n");
    for m in &outcome.migrations {
        let status = if m.status == "written" { "written" } else { "would be written" };
        let (name, title) = (escape(&m.name), escape(&m.title));
        out.push_str(&format!("| {name} | {status} | {title} | {} | {} |\n", m.statements, m.withheld));
    }
}

fn diffs(outcome: &Outcome, out: &mut String) {
    let with_diff: Vec<&Finding> = outcome.findings.iter().filter(|f| !f.evidence.diff.is_empty()).collect();
    if with_diff.is_empty() {
        return;
    }
    out.push_str("\n<details><summary>Unified diff, from the files to the database</summary>\n");
    for (i, finding) in with_diff.iter().enumerate() {
        if out.len() > ROOM {
            out.push_str(&format!("\nAnd the diffs of {} more objects.\n", with_diff.len() - i));
            break;
        }
        let lines = text::turned(&finding.evidence.diff);
        let (shown, more) = text::at_most(&lines, DIFF_LINES);
        let fence = fence(shown);
        out.push_str(&format!("\n{} {}\n\n{fence}diff\n", finding.kind, escape(&finding.object)));
        for line in shown {
            out.push_str(&format!("{}\n", text::cut(line, LINE)));
        }
        out.push_str(&format!("{fence}\n"));
        if more > 0 {
            out.push_str(&format!("\nAnd {more} more lines.\n"));
        }
    }
    out.push_str("\n</details>\n");
}

/// A fence that no line can end.
fn fence(lines: &[String]) -> String {
    let runs = lines.iter().flat_map(|l| l.split(|c| c != '`')).map(str::len);
    "`".repeat(runs.max().unwrap_or(0).max(2) + 1)
}
