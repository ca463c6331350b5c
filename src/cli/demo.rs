//! `dbharden demo`: a product's database end to end on a throw-away server.

mod prove;

use std::path::PathBuf;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::progress::Progress;
use super::{Exit, Global, advice, output, pipeline};
use crate::apply::Stop;
use crate::check::{self, Confidence, Registry, Report};
use crate::config::Config;
use crate::demo::{self, Comparison, System, WriteCost};
use crate::error::{Error, Result};
use crate::ident::QualifiedName;
use crate::migration;
use crate::plan::{self, Change, Step};
use crate::report::{self, Document, Mode};
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::snapshot::read::ReadOptions;
use crate::snapshot::{self, Oid, Snapshot};
use crate::twin::index_size::SizeModel;

/// Findings on the screen.
const SHOWN_FINDINGS: usize = 10;
/// Statements in the before/after table.
const SHOWN: usize = 20;

/// Options of `demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which product: a folder of tests/systems
    #[arg(value_name = "SYSTEM", default_value = "lead_platform")]
    system: String,
    /// The product in another state: a file of its variants/ (outreach: after; homeowner: with_path)
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Size of the data, in the system's own unit (leads, records) [default: the system's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10_000..=5_000_000))]
    scale: Option<u32>,
    /// Where migrations are written
    #[arg(long, value_name = "DIR", default_value = "demo-migrations")]
    out: PathBuf,
    /// Major version of PostgreSQL [default: the newest found]
    #[arg(long, value_name = "MAJOR")]
    pg: Option<u32>,
    /// Also save what was seen before the cure, pseudonymised
    #[arg(long, value_name = "FILE")]
    save_snapshot: Option<PathBuf>,
    /// All statements in the table of times
    #[arg(long)]
    all: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global, stop: &Stop) -> Result<Exit> {
    let system = System::find(&args.system)?;
    let system = match &args.variant {
        Some(variant) => system.in_variant(variant)?,
        None => system,
    };
    let scale = args.scale.unwrap_or(system.scale);
    let progress = Progress::new();
    progress.note("Starting a throw-away server");
    let sandbox = Sandbox::start(&SandboxOptions { major: args.pg, max_connections: 100, ..SandboxOptions::default() }).await?;
    sandbox.create_database(&system.name).await?;
    let options = sandbox.connect_options(&system.name);
    progress.note(&format!("Loading {} ({scale} {})", system.name, system.unit));
    demo::load(&options, &system, scale).await?;
    progress.note("Running its workload");
    let before = demo::measure(&options, &system).await?;

    let registry = Registry::load(&[])?;
    let mut config = Config::load(global.config.as_deref())?;
    config.connections.pools = config.connections.pools.or(system.pools);
    config.connections.connection_limit = config.connections.connection_limit.or(system.connection_limit);
    let place = demo::Place::new(&sandbox, &system.name, &args.out, &registry);
    let snapshot = take(&place, &config, &progress).await?;
    if let Some(file) = &args.save_snapshot {
        snapshot::save(&snapshot, file, false)?;
    }
    progress.note("Looking at it");
    let mut report = look(&snapshot, &config, &registry, &progress).await?;
    report.notes.clear(); // of course this is no production database
    report.findings.iter_mut().for_each(|f| f.confidence = Confidence::Normal);
    let plan = plan::plan(&report.findings, &snapshot, &config.migration);
    let outcome = migration::write(&plan, &mut report.findings, &snapshot, &args.out, false)?;
    let obsolete: Vec<String> = outcome.obsolete.iter().map(|f| f.name.clone()).collect();
    let mut document = Document::new(Mode::Plan { dry_run: false }, &snapshot, report);
    document.add_migrations(&plan, outcome, &args.out);
    let chosen = report::most_valuable(document.findings.iter().map(|l| &l.finding))
        .into_iter()
        .take(SHOWN_FINDINGS)
        .map(|f| f.fingerprint.clone())
        .collect();
    document.show_only(&chosen, Some(report::LINES_PER_CHECK));
    drop(progress); // what follows goes to stdout
    output::report(&document, global)?;

    let progress = Progress::new();
    progress.note("\nApplying the migrations");
    let applied = place.apply(&obsolete, &config, stop).await?;
    progress.note("Running the workload again");
    let after = demo::measure(&options, &system).await?;
    let comparisons = before.compare(&after, &system);
    let cured = take(&place, &config, &progress).await?;
    let again = look(&cured, &config, &registry, &progress).await?;
    progress.note("Timing writes with and without the new indexes");
    let (tables, indexes) = created(&plan.steps, &snapshot);
    let writes = demo::write_costs(&options, &system, &snapshot.catalog, &tables, &indexes).await?;
    let commits = demo::commit_costs(&options, &system, &snapshot.catalog, &indexes).await?;
    drop(progress);

    let left = again.findings.iter().filter(|f| f.group == "index").count();
    output::print(&times(&comparisons, if args.all { usize::MAX } else { SHOWN }))?;
    output::print(&goals(&comparisons, &writes, &commits))?;
    output::print(&format!(
        "All {} statements: {} before, {} after ({:.1} % less). Index findings left: {left}.\nMigrations: {}\n",
        comparisons.len(),
        report::duration(before.total_ms()),
        report::duration(after.total_ms()),
        100.0 * (1.0 - after.total_ms() / before.total_ms().max(1e-6)),
        args.out.display(),
    ))?;
    if applied.stopped.is_some() {
        // a gate holds what only a person can decide; the migrations behind it wait
        output::print(&report::apply::table(&applied, &output::look(global)))?;
    } else if left > 0 {
        return Err(Error::new(format!("{left} index findings are left after the migrations"))
            .fix("please report this: it is a bug of dbharden"));
    }
    let exit = match &system.proof {
        Some(proof) => prove::run(&place, (proof, &system.blocks), &options, &config, global, stop).await?,
        None => Exit::Done,
    };
    sandbox.stop().await?;
    Ok(exit)
}

/// Indexes that the steps created, and their tables. Not the unique ones: foreign keys may hang on them, so they cannot go for a moment.
fn created(steps: &[Step], snapshot: &Snapshot) -> (Vec<Oid>, Vec<QualifiedName>) {
    let new = steps.iter().filter_map(|step| match &step.change {
        Change::CreateIndex(index) if !index.unique => {
            Some((&index.table, QualifiedName::new(index.table.schema.raw(), index.name().raw())))
        }
        _ => None,
    });
    let (tables, indexes): (Vec<&QualifiedName>, Vec<QualifiedName>) = new.unzip();
    (snapshot.catalog.relations.values().filter(|r| tables.contains(&&r.name)).map(|r| r.oid).collect(), indexes)
}

async fn take(place: &demo::Place<'_>, config: &Config, progress: &Progress) -> Result<Snapshot> {
    let twin = config.advice.twin;
    let options = ReadOptions { objects: twin, planner: twin, ..pipeline::read_options(config, place.registry) };
    place.look(&options, &|what| progress.say(&format!("reading {what}"))).await
}

/// What the checks say, index advice proven in a planner twin.
async fn look(snapshot: &Snapshot, config: &Config, registry: &Registry, progress: &Progress) -> Result<Report> {
    let asked = advice::Asked { snapshot, config, registry, model: SizeModel::Real, original: Err("the demo asks no database") };
    let advice = if config.advice.twin { advice::prove(&asked, progress).await? } else { advice::Proven::None };
    check::run_with(snapshot, registry, config, advice.get(), None)
}

/// Whether the cure did what it should, and what it costs.
fn goals(comparisons: &[Comparison], writes: &[WriteCost], commits: &[(&str, f64)]) -> String {
    let cured: Vec<&Comparison> = comparisons.iter().filter(|c| c.wants.is_some()).collect();
    let reached = cured.iter().filter(|c| c.reached()).count();
    let mut text =
        format!("\n{reached} of {} statements that lacked an index are at least {} x faster.", cured.len(), demo::GOAL);
    text.push_str(if reached < cured.len() { " The others:\n" } else { "\n" });
    for c in cured.iter().filter(|c| !c.reached()) {
        let (before, after) = (report::duration(c.before.mean_ms), report::duration(c.after.mean_ms));
        text.push_str(&format!("  {} {:.1} x ({before}, now {after}): {}\n", c.name, c.factor(), c.reason()));
    }
    for (kind, factor) in commits {
        text.push_str(&format!(
            "{kind} takes {factor:.2} x as long with the new indexes (committed durably, seen by the client).\n"
        ));
    }
    for w in writes {
        text.push_str(&format!(
            "{}: {:.2} x the server's own time with the new indexes ({} statements, {} executions a round, medians of alternating rounds",
            w.kind,
            w.factor(),
            w.statements.len(),
            w.executions,
        ));
        if let Some(factor) = w.touched_factor() {
            text.push_str(&format!("; {factor:.2} x on tables that got one"));
        }
        if let Some(worst) = w.worst() {
            text.push_str(&format!("; most: {} {:.2} x", worst.name, worst.factor()));
        }
        text.push_str(").\n");
    }
    text
}

/// Before and after, the statements that took most time first.
fn times(comparisons: &[Comparison], shown: usize) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["statement", "calls", "before", "after", "faster"]);
    for c in comparisons.iter().take(shown) {
        table.add_row([
            c.name.clone(),
            c.before.calls.to_string(),
            report::duration(c.before.mean_ms),
            report::duration(c.after.mean_ms),
            format!("{:.1} x", c.factor()),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let more = comparisons.len().saturating_sub(shown);
    let rest = if more > 0 { format!("and {more} more (--all)\n") } else { String::new() };
    format!("\nMean time of a call\n{table}\n{rest}")
}
