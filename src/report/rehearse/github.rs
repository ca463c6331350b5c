//! The rehearsal as annotations of a GitHub Actions job.

use super::{files, text};
use crate::ident::one_line;
use crate::plan::LockMode;
use crate::rehearse::Outcome;
use crate::rehearse::outcome::Regression;

/// Characters of a statement.
const TEXT: usize = 300;

/// The outcome as workflow commands: an error for each regression, at the file that brings it,
/// and for what is wrong with a file; a notice for locks that others wait for; a warning for what was not looked at,
/// notices for remarks.
pub fn github(outcome: &Outcome) -> String {
    let mut out = String::new();
    for regression in &outcome.regressions {
        let title = format!("{}: statement {}", text::degree(regression), regression.fingerprint);
        let mut properties = format!("title={}", property(&title));
        if let Some(file) = regression.causes.iter().find_map(|c| c.file.as_ref()) {
            properties.push_str(&format!(",file={},line=1", property(file)));
        }
        out.push_str(&format!("::error {properties}::{}\n", data(&lines(regression))));
    }
    for file in &outcome.rehearsed {
        for (line, title, lines) in files::bad(file) {
            let place = format!("file={},line={line}", property(&file.file));
            out.push_str(&format!("::error title={},{place}::{}\n", property(&title), data(&lines)));
        }
        for step in &file.statements {
            let blocking = step.locks.iter().any(|l| l.mode >= LockMode::Share);
            let lines: Vec<String> = files::locks(step).into_iter().chain(step.work.iter().map(files::work)).collect();
            if blocking {
                let place = format!("file={},line={}", property(&file.file), step.line);
                out.push_str(&format!("::notice title=locks,{place}::{}\n", data(&lines)));
            }
        }
    }
    for (why, names) in text::by_reason(&outcome.skipped) {
        if !why.acknowledged {
            let more = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
            let first = names.first().map(|n| text::statement(n, TEXT)).unwrap_or_default();
            let line = format!("{first}{more}: {}", why.because);
            out.push_str(&format!("::warning title=rehearse{}::{}\n", property(": not looked at"), data(&[line])));
        }
    }
    let verdict = text::verdict(outcome);
    for note in outcome.notes.iter().chain([&verdict]) {
        out.push_str(&format!("::notice title=rehearse::{}\n", data(std::slice::from_ref(note))));
    }
    out
}

fn lines(regression: &Regression) -> Vec<String> {
    let mut lines = vec![text::statement(&regression.text, TEXT)];
    lines.extend(text::refusal(regression));
    lines.extend(text::causes(regression).iter().map(|c| format!("because {c}")));
    lines.push(text::figures(regression));
    lines
}

/// What stands after `::`.
fn data(lines: &[String]) -> String {
    lines.iter().map(|l| one_line(l).replace('%', "%25")).collect::<Vec<_>>().join("%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    one_line(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
