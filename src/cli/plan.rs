//! `dbharden plan`: findings, and migrations that cure the most valuable of them. Nothing is applied.

use std::path::PathBuf;

use super::{Exit, Global, Selection, Source, output, pipeline};
use crate::error::Result;
use crate::migration;
use crate::report::{Document, Mode};

/// Findings that are shown and cured when nobody says how many.
const TOP: usize = 10;

/// Options of `plan`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    selection: Selection,
    /// Where migrations are written [default: generated-migrations]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let mut looked = pipeline::look(&args.source, global).await?;
    let checks = args.selection.checks(&looked)?;
    let chosen = args.selection.choose(&looked.report.findings, &checks, Some(TOP));
    let directory = args.out.clone().unwrap_or_else(|| looked.config.out.clone());
    let positions = looked.plan.wanted(&|f| chosen.contains(f));
    let wanted = |position: usize| positions.contains(&position);
    let findings = &mut looked.report.findings;
    let outcome = migration::write_wanted(&looked.plan, findings, &looked.snapshot, &directory, args.dry_run, &wanted)?;

    let mut document = Document::new(Mode::Plan { dry_run: args.dry_run }, &looked.snapshot, looked.report);
    document.add_migrations(&looked.plan, outcome, &directory);
    document.keep_checks(&checks);
    document.show_only(&chosen, args.selection.lines_per_check());
    document.typed = args.source.as_typed();
    output::report(&document, global)?;
    Ok(if document.findings.is_empty() { Exit::unless_skipped(&document.skipped) } else { Exit::Done })
}
