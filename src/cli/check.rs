//! `dbharden check`: the same findings with nothing written, for CI. Only what is new since `--accept` fails.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{Exit, Global, Selection, Source, output, pipeline};
use crate::check::{Severity, accepted};
use crate::error::Result;
use crate::migration;
use crate::report::{Document, Mode};

/// Options of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    selection: Selection,
    /// Least severity of a new finding that fails [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Level>,
    /// Accept today's findings: write them to dbharden.accepted.toml, beside the configuration
    #[arg(long, conflicts_with_all = ["only", "fail_on"])]
    accept: bool,
}

/// Severities as they are typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Level {
    Error,
    Warning,
    Info,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        }
    }
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let file = accepted_file(global);
    let before = accepted::load(&file)?; // a broken file is said before the database is asked
    let mut looked = pipeline::look(&args.source, global).await?;
    let checks = args.selection.checks(&looked)?;
    let chosen = args.selection.choose(&looked.report.findings, &checks, None);
    let findings = &mut looked.report.findings;
    // nothing is written: migrations that are there are named, those that could be are not
    let outcome = migration::write_wanted(&looked.plan, findings, &looked.snapshot, &looked.config.out, true, &|_| false)?;
    if args.accept {
        accepted::save(&file, &*findings)?;
    }
    let fail_on = args.fail_on.map_or(looked.config.fail_on, Severity::from);
    let now: BTreeSet<String> = findings.iter().map(|f| f.fingerprint.clone()).collect();
    let known = if args.accept { now.clone() } else { before.unwrap_or_default() };

    let mut document = Document::new(Mode::Check { fail_on, accepting: args.accept }, &looked.snapshot, looked.report);
    document.add_migrations(&looked.plan, outcome, &looked.config.out);
    document.keep_checks(&checks);
    document.accept(&known);
    document.show_only(&chosen, args.selection.lines_per_check());
    document.typed = args.source.as_typed();
    let gone = known.difference(&now).count();
    if gone > 0 {
        document.notes.push(format!("{gone} accepted findings are gone: `dbharden check --accept` takes them off the list"));
    }
    output::report(&document, global)?;
    Ok(if args.accept {
        Exit::Done
    } else if document.findings.iter().any(|l| !l.accepted && l.finding.severity >= fail_on) {
        Exit::Found
    } else {
        Exit::unless_skipped(&document.skipped)
    })
}

/// Beside the configuration, so that both are under the same version control.
fn accepted_file(global: &Global) -> PathBuf {
    global.config.as_ref().and_then(|c| c.parent()).map(PathBuf::from).unwrap_or_default().join(accepted::FILE_NAME)
}
