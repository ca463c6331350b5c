//! `--fix`: writes what is mechanical into the files.
//!
//! A finding is mended whole or not at all. Two that want to change the same place wait for the next round, after which the
//! files are linted again.

use std::collections::BTreeMap;

use super::draft::Edit;
use super::script::Script;
use super::{Finding, Fixed};
use crate::error::Result;
use crate::migration::script as sql;

/// Changes the files of these findings.
///
/// # Errors
/// A file cannot be read or written. Files before it are changed by then.
pub fn write(findings: &[Finding], scripts: &[Script]) -> Result<Vec<Fixed>> {
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.fixable) {
        by_file.entry(&finding.file).or_default().push(finding);
    }
    let mut fixed = Vec::new();
    for (file, findings) in by_file {
        let Some(script) = scripts.iter().find(|s| s.path.display().to_string() == file) else { continue };
        if !script.path.is_file() {
            continue; // standard input
        }
        let text = sql::text(&script.path)?;
        let (edits, mended) = chosen(&findings, script, &text);
        if mended > 0 {
            crate::migration::script::replace(&script.path, &made(&text, edits))?;
            fixed.push(Fixed { file: file.to_owned(), findings: mended });
        }
    }
    Ok(fixed)
}

/// Edits of the file that do not get in each other's way, and how many findings they mend.
fn chosen(findings: &[&Finding], script: &Script, text: &str) -> (Vec<Edit>, usize) {
    let mut edits: Vec<Edit> = Vec::new();
    let mut mended = 0;
    for finding in findings {
        let own: Option<Vec<Edit>> = finding.edits.iter().map(|e| in_file(e, script, text)).collect();
        let Some(own) = own else { continue };
        let meets = |e: &Edit| edits.iter().any(|o| o != e && e.at <= o.at + o.remove && o.at <= e.at + e.remove);
        if own.iter().any(meets) {
            continue;
        }
        mended += 1;
        edits.extend(own);
    }
    edits.sort();
    edits.dedup();
    (edits, mended)
}

/// The edit's place in the file, which has the same lines, where the line is the same there.
fn in_file(edit: &Edit, script: &Script, text: &str) -> Option<Edit> {
    let before = script.sql.get(..edit.at)?;
    let line = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |i| i + 1);
    let wanted = script.sql.split('\n').nth(line)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let there = text[start..].split('\n').next()?;
    (there == wanted && column + edit.remove <= wanted.len()).then(|| Edit { at: start + column, ..edit.clone() })
}

fn made(text: &str, edits: Vec<Edit>) -> String {
    let mut out = text.to_owned();
    for edit in edits.into_iter().rev() {
        out.replace_range(edit.at..edit.at + edit.remove, &edit.insert);
    }
    out
}

/// Adds a round to what was done before.
pub fn add(all: &mut Vec<Fixed>, round: Vec<Fixed>) {
    for fixed in round {
        match all.iter_mut().find(|f| f.file == fixed.file) {
            Some(before) => before.findings += fixed.findings,
            None => all.push(fixed),
        }
    }
}
