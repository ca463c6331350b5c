//! `dbharden rehearse`: what pending migrations would do, before they are deployed.

use std::path::PathBuf;

use super::pipeline::{self, Live};
use super::progress::Progress;
use super::{Exit, Global, output};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::migration;
use crate::migration::layout::{Layout, ReadOptions};
use crate::rehearse::pending::{self, Named};
use crate::rehearse::{Request, record, rehearse};
use crate::snapshot::{self, Snapshot};

/// Options of `rehearse`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// A saved snapshot of the database, in place of a URL
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    snapshot: Option<PathBuf>,
    /// The migrations: a folder, a .sql file, `-` [default: `[drift] desired` of dbharden.toml]
    #[arg(long, value_name = "PATH|-")]
    migrations: Option<String>,
    /// Whose folder it is [default: recognised]
    #[arg(long, value_enum, value_name = "TOOL")]
    layout: Option<Layout>,
    /// Value of a placeholder in the files (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    placeholder: Vec<String>,
    /// The last migration that is applied [default: as the tool's ledger says]
    #[arg(long, value_name = "NAME")]
    after: Option<String>,
    /// The role that runs the files [default: the ledger's owner, else the database's]
    #[arg(long = "as", value_name = "ROLE")]
    role: Option<String>,
    /// Least factor by which the cost of a statement must rise to be reported
    #[arg(long, value_name = "FACTOR", default_value_t = 1.1, value_parser = factor)]
    min_rise: f64,
    /// Statements with figures in comments, in place of pg_stat_statements
    #[arg(long, value_name = "FILE.sql")]
    workload: Option<PathBuf>,
    /// Write what was seen into plan.toml and the comments of up.sql (folders of dbharden only)
    #[arg(long)]
    write: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let mut config = Config::load(global.config.as_deref())?;
    let settings = config.drift.clone();
    let mut options = ReadOptions { placeholders: settings.placeholders.clone() };
    for pair in &args.placeholder {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Error::new(format!("--placeholder {pair} has no value")).fix("write --placeholder NAME=VALUE"))?;
        options.placeholders.insert(name.to_owned(), value.to_owned());
    }
    let named = args.migrations.clone().or(settings.desired.map(|p| p.display().to_string())).ok_or_else(|| {
        Error::new("no migrations to rehearse")
            .because("neither --migrations nor `[drift] desired` in dbharden.toml names them")
            .fix("dbharden rehearse --snapshot prod.snapshot --migrations prisma/migrations (or any folder of migrations, a .sql file)")
    })?;
    let progress = Progress::new();
    let snapshot = original(args, &mut config, &progress).await?;
    let layout = args.layout.or(settings.layout);
    let named = Named::read(&named, layout, &options, &snapshot)?;
    let layout = named.layout;
    if args.write && layout != Some(Layout::Dbharden) {
        return Err(Error::new("--write has nowhere to write to")
            .because("only folders of dbharden have a plan.toml, and other tools take a changed file for an edit")
            .fix("leave --write out, or keep the result with --format json"));
    }
    let request = Request {
        pending: pending::pending(named, args.after.as_deref(), &snapshot)?,
        snapshot: &snapshot,
        layout,
        role: args.role.as_deref().or(settings.role.as_deref()).map(Ident::new),
        min_rise: args.min_rise,
    };
    let mut outcome = rehearse(request, &|what| progress.say(what)).await?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    for skipped in &mut outcome.skipped {
        skipped.acknowledged = config.skip.iter().any(|s| s.check == "rehearse" && !s.expired(now));
    }
    if args.write {
        let server = outcome.migrations.server.clone().unwrap_or_default();
        for seen in &outcome.rehearsed {
            if let Some(folder) = migration::folder_of(seen.file.as_ref())? {
                migration::write_rehearsed(&folder, record(seen, &server))?;
            }
        }
    }
    drop(progress);
    output::rehearsal(&outcome, global)?;
    Ok(if outcome.is_found() {
        Exit::Found
    } else if outcome.skipped.iter().any(|s| !s.acknowledged) {
        Exit::NotLookedAt
    } else {
        Exit::Done
    })
}

/// The database as it is.
async fn original(args: &Args, config: &mut Config, progress: &Progress) -> Result<Snapshot> {
    let mut snapshot = match &args.snapshot {
        Some(file) => {
            progress.say("reading the snapshot");
            snapshot::load(file)?
        }
        None => {
            let registry = pipeline::registry(config, &[])?;
            let live = Live { url: args.url.as_deref(), replicas: &[], pause: None, twin: true, extremes: false, ledgers: true };
            pipeline::read(&live, config, &registry, progress).await?
        }
    };
    if let Some(file) = &args.workload {
        pipeline::use_workload(&mut snapshot, file)?;
    }
    Ok(snapshot)
}

/// `1.1`; nothing rises by less than it was.
fn factor(text: &str) -> std::result::Result<f64, String> {
    text.parse().ok().filter(|f| (1.0..1e9).contains(f)).ok_or_else(|| format!("{text:?} is no factor; write 1.1 or more"))
}
