//! `dbharden plan`: findings, and migrations that cure the most valuable of them. Nothing is applied.

use std::path::PathBuf;

use super::{Exit, Global, Selection, Source, output, pipeline};
use crate::drift::baseline;
use crate::error::Result;
use crate::migration::{self, Layout};
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
    /// Write migrations that another tool runs with its own command, into its folder [default: the config's]
    #[arg(long, value_enum, value_name = "TOOL")]
    layout: Option<Layout>,
    /// Where migrations are written [default: generated-migrations; the usual folder of the tool]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let source = Source { layout: args.layout, ..args.source.clone() };
    let mut looked = pipeline::look(&source, global).await?;
    let checks = args.selection.checks(&looked)?;
    let chosen = args.selection.choose(&looked.report.findings, &checks, Some(TOP));
    let layout = args.layout.or(looked.config.migration.layout).unwrap_or(Layout::Dbharden);
    let directory = args.out.clone().unwrap_or_else(|| baseline::usual_folder(layout, &looked.config));
    let positions = looked.plan.wanted(&|f| chosen.contains(f));
    let wanted = |position: usize| positions.contains(&position);
    let findings = &mut looked.report.findings;
    let (plan, snapshot) = (&looked.plan, &looked.snapshot);
    let outcome = match layout {
        Layout::Dbharden => migration::write_wanted(plan, findings, snapshot, &directory, args.dry_run, &wanted)?,
        tool => migration::write_for(tool, plan, findings, snapshot, &directory, args.dry_run, &wanted)?,
    };

    let mut document = Document::new(Mode::Plan { dry_run: args.dry_run }, &looked.snapshot, looked.report);
    document.add_migrations(&looked.plan, outcome, &directory);
    document.keep_checks(&checks);
    document.show_only(&chosen, args.selection.lines_per_check());
    document.layout = layout;
    document.typed = args.source.as_typed();
    output::report(&document, global)?;
    Ok(if document.findings.is_empty() { Exit::unless_skipped(&document.skipped) } else { Exit::Done })
}
