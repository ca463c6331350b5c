//! The last lines of the screen: the verdict where nothing differs, and the command to type next.

use clap::ValueEnum as _;

use super::text;
use crate::cli::shell_word;
use crate::drift::Outcome;
use crate::drift::outcome::Migration;
use crate::migration::Layout;
use crate::report::screen::{Ink, Screen};

pub(super) fn next(outcome: &Outcome, screen: &mut Screen) {
    screen.gap();
    if outcome.findings.is_empty() {
        screen.line(0, Ink::Plain, &text::verdict(outcome));
    }
    for (why, command) in commands(outcome) {
        if !why.is_empty() {
            screen.line(0, Ink::Plain, &why);
        }
        if !command.is_empty() {
            screen.command(2, &command);
        }
    }
}

/// What to do next: why, and the words to type.
fn commands(outcome: &Outcome) -> Vec<(String, Vec<String>)> {
    let drift = |flag: &str| {
        let typed = (!outcome.typed.is_empty()).then(|| outcome.typed.clone());
        ["dbharden", "drift"].map(str::to_owned).into_iter().chain(typed).chain([flag.to_owned()]).collect::<Vec<_>>()
    };
    if let Some(migration) = outcome.migrations.first() {
        return written(outcome, migration);
    }
    if outcome.findings.is_empty() {
        return Vec::new();
    }
    let renames: Vec<String> = outcome.findings.iter().filter_map(text::rename).map(|r| shell_word(&r)).collect();
    if !renames.is_empty() {
        let why = "next: if these are renames, say so, and the database is renamed back with nothing dropped";
        let renames = renames.into_iter().flat_map(|r| ["--rename".to_owned(), r]);
        return vec![(why.to_owned(), drift("--revert").into_iter().chain(renames).collect())];
    }
    vec![
        ("next: where the database is right, write the migration that the files lack".to_owned(), drift("--adopt")),
        ("or, where the files are right, write the migration that takes it back".to_owned(), drift("--revert")),
    ]
}

/// What to do with a migration.
fn written(outcome: &Outcome, migration: &Migration) -> Vec<(String, Vec<String>)> {
    if migration.status != "written" {
        return Vec::new();
    }
    let read = "next: read it and commit it".to_owned();
    match &migration.mark_applied {
        Some(command) => {
            let mut lines = command.lines().map(words);
            let first = lines.next().unwrap_or_default();
            let why = format!("{read}; this database has it already, so mark it as applied there");
            [(why, first)].into_iter().chain(lines.map(|line| (String::new(), line))).collect()
        }
        None if migration.adopts => vec![(format!("{read}: this database has it already"), Vec::new())],
        None => vec![("next: read it, then run it".to_owned(), apply(outcome, migration))],
    }
}

/// A command as words that may stand on lines of their own; one with quotes stays whole.
fn words(command: &str) -> Vec<String> {
    if command.contains(['\'', '"', '\\', '`']) {
        return vec![command.to_owned()];
    }
    command.split(' ').map(str::to_owned).collect()
}

/// How it is run: by the folder's own tool, else as the file that it is.
fn apply(outcome: &Outcome, migration: &Migration) -> Vec<String> {
    let source = outcome.desired.source.trim_end_matches('/');
    let layout = if migration.name.starts_with(source) { outcome.desired.layout.as_deref() } else { None };
    let up = if migration.name.ends_with(".sql") { "" } else { "/up.sql" };
    let (source, file) = (shell_word(source), shell_word(&format!("{}{up}", migration.name)));
    let psql = ["psql", "\"$DATABASE_URL\"", "-v", "ON_ERROR_STOP=1", "-f", &file];
    let its_own =
        layout.and_then(|l| Layout::from_str(l, false).ok()).map(|l| l.deploy(&source)).filter(|words| !words.is_empty());
    its_own.unwrap_or_else(|| psql.map(str::to_owned).to_vec())
}
