//! `dbharden verify`: after apply, findings cured, gates hold, the catalog is as the files make it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::progress::Progress;
use super::{Exit, Format, Global, output, pipeline};
use crate::apply::verify::{applied, verify};
use crate::check;
use crate::config::Config;
use crate::connect::Target;
use crate::error::Result;
use crate::migration::set;
use crate::report;

/// Options of `verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Where the migrations are [default: generated-migrations]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Every applied migration, not only those of the last run
    #[arg(long)]
    all: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    global.format.is_table_or_json()?;
    let mut config = Config::load(global.config.as_deref())?;
    let directory = args.dir.clone().unwrap_or_else(|| config.out.clone());
    let migrations = set::read(&directory)?;
    let target = Target::resolve(args.url.as_deref(), &|name| std::env::var(name).ok())?;
    let chosen = applied(&target, &migrations, args.all).await?;
    let progress = Progress::new();
    let registry = pipeline::registry(&config, &[])?;
    let live =
        pipeline::Live { url: args.url.as_deref(), replicas: &[], pause: None, twin: false, extremes: false, ledgers: false };
    let snapshot = pipeline::read(&live, &mut config, &registry, &progress).await?;
    progress.say("running the checks");
    let report = check::run_with(&snapshot, &registry, &config, None, None)?;
    let found: BTreeSet<String> = report.findings.iter().map(|f| f.fingerprint.clone()).collect();
    let verified = verify(&target, &chosen, &snapshot, &found, &|what| progress.say(what)).await?;
    drop(progress);
    output::print(&match global.format {
        Format::Json => report::verify::json(&verified)?,
        _ => report::verify::table(&verified, &output::look(global)),
    })?;
    Ok(match (verified.is_clean(), verified.skipped.is_empty()) {
        (false, _) => Exit::Found,
        (true, false) => Exit::NotLookedAt,
        (true, true) => Exit::Done,
    })
}
