//! Writing to stdout and stderr. A reader that has gone (`| head`) is no error.

use std::io::{ErrorKind, IsTerminal, Write};

use super::{Color, Format, Global};
use crate::drift::Outcome;
use crate::error::{Error, Result};
use crate::isolation;
use crate::lint::{self, rules::Rules};
use crate::rehearse;
use crate::report::{self, Document, Look};

/// Prints a result to stdout.
///
/// # Errors
/// When it cannot be written for any other reason than that nobody reads.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Error::new("cannot write the result").because(e)),
        _ => Ok(()),
    }
}

/// Prints a remark to stderr; when even that cannot be written, nobody is left to tell.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints a report in the format that was asked for.
///
/// # Errors
/// As [`print`].
pub fn report(document: &Document, global: &Global) -> Result<()> {
    print(&match global.format {
        Format::Table => report::table(document, &look(global)),
        Format::Json => report::json(document)?,
        Format::Markdown => report::markdown(document),
        Format::Junit | Format::Sarif | Format::Github | Format::Gitlab | Format::Html => {
            return Err(global.format.is_for_others());
        }
    })
}

/// Prints what the drift check has to say, in the format that was asked for.
///
/// # Errors
/// As [`print`].
pub fn drift(outcome: &Outcome, global: &Global) -> Result<()> {
    print(&match global.format {
        Format::Table => report::drift::table(outcome, &look(global)),
        Format::Json => report::drift::json(outcome)?,
        Format::Markdown => report::drift::markdown(outcome),
        Format::Junit => report::drift::junit(outcome),
        Format::Sarif => report::drift::sarif(outcome)?,
        Format::Github => report::drift::github(outcome),
        Format::Gitlab | Format::Html => return Err(global.format.is_for_others()),
    })
}

/// Prints what a lint has to say, in the format that was asked for.
///
/// # Errors
/// As [`print`].
pub fn lint(outcome: &lint::Outcome, rules: &Rules, global: &Global) -> Result<()> {
    print(&match global.format {
        Format::Table => report::lint::table(outcome, &look(global)),
        Format::Json => return report::lint::json(outcome, std::io::stdout().lock()),
        Format::Markdown => report::lint::markdown(outcome),
        Format::Junit => report::lint::junit(outcome),
        Format::Sarif => report::lint::sarif(outcome, rules)?,
        Format::Github => report::lint::github(outcome),
        Format::Gitlab => report::lint::gitlab(outcome)?,
        Format::Html => return Err(global.format.is_for_others()),
    })
}

/// Prints what a rehearsal has to say, in the format that was asked for.
///
/// # Errors
/// As [`print`].
pub fn rehearsal(outcome: &rehearse::Outcome, global: &Global) -> Result<()> {
    print(&match global.format {
        Format::Table => report::rehearse::table(outcome, &look(global)),
        Format::Json => report::rehearse::json(outcome)?,
        Format::Markdown => report::rehearse::markdown(outcome),
        Format::Github => report::rehearse::github(outcome),
        Format::Junit | Format::Sarif | Format::Gitlab | Format::Html => return Err(global.format.is_for_others()),
    })
}

/// Prints what a proof has to say, in the format that was asked for.
///
/// # Errors
/// As [`print`].
pub fn isolation(outcome: &isolation::Outcome, global: &Global) -> Result<()> {
    print(&match global.format {
        Format::Table => report::isolation::table(outcome, &look(global)),
        Format::Json => report::isolation::json(outcome)?,
        Format::Markdown => report::isolation::markdown(outcome),
        Format::Html => report::isolation::html(outcome),
        Format::Junit | Format::Sarif | Format::Github | Format::Gitlab => return Err(global.format.is_for_others()),
    })
}

/// Width and colour of the terminal.
pub fn look(global: &Global) -> Look {
    let terminal = std::io::stdout().is_terminal();
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.trim().parse::<usize>().ok()).filter(|c| *c > 0);
    let measured = || if terminal { console::Term::stdout().size_checked().map(|(_, columns)| columns as usize) } else { None };
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    Look {
        width: columns.or_else(measured).unwrap_or(report::DEFAULT_WIDTH),
        color: match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !set("NO_COLOR") && std::env::var("TERM").as_deref() != Ok("dumb"),
        },
        verbose: global.verbose,
    }
}
