//! `dbharden sandbox`: a throw-away server, or a planner twin, there until Ctrl-C.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, ConnectOptions};

use super::pipeline::{self, Live};
use super::progress::Progress;
use super::{Exit, Global, output};
use crate::config::Config;
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::snapshot::{self, Snapshot};
use crate::twin::index_size::SizeModel;
use crate::twin::{Twin, what_if};

/// The database in it.
const DATABASE: &str = "sandbox";

/// Options of `sandbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// SQL to load first, or the URL of a database to make a planner twin of: its schema and statistics, none of its rows
    #[arg(value_name = "FILE.sql|URL", conflicts_with = "snapshot")]
    source: Option<String>,
    /// A planner twin of a saved snapshot
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// With a URL: also read the least and greatest value of columns that an index leads with, for exact plans
    #[arg(long)]
    read_extremes: bool,
    /// In a twin: also have the indexes that this file creates, as if they were built
    #[arg(long, value_name = "FILE.sql")]
    with_indexes: Option<PathBuf>,
    /// Major version of PostgreSQL [default: the newest found; of a twin, the original's]
    #[arg(long, value_name = "MAJOR", conflicts_with = "snapshot")]
    pg: Option<u32>,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    if let Some(file) = &args.snapshot {
        return open_twin(&snapshot::load(file)?, args.with_indexes.as_deref(), &Progress::new()).await;
    }
    if let Some(url) = args.source.as_deref().filter(|s| is_url(s)) {
        let progress = Progress::new();
        let mut config = Config::load(global.config.as_deref())?;
        let registry = pipeline::registry(&config, &[])?;
        let live = Live { url: Some(url), replicas: &[], pause: None, twin: true, extremes: args.read_extremes, ledgers: false };
        let read = pipeline::read(&live, &mut config, &registry, &progress).await?;
        return open_twin(&read, args.with_indexes.as_deref(), &progress).await;
    }
    if args.with_indexes.is_some() {
        return Err(Error::new("--with-indexes is for a planner twin").fix("name the database, or --snapshot FILE"));
    }
    let file = args.source.as_ref().map(PathBuf::from);
    // said before a server is started for nothing
    let text = file.as_ref().map(|f| std::fs::read_to_string(f).context(format!("cannot read {}", f.display()))).transpose()?;
    let sandbox = Sandbox::start(&SandboxOptions { major: args.pg, ..SandboxOptions::default() }).await?;
    sandbox.create_database(DATABASE).await?;
    if let (Some(file), Some(text)) = (&file, text) {
        load(&sandbox, file, text).await?;
    }
    stay(&sandbox.url(DATABASE), sandbox.major()).await
}

/// What libpq would take for a connection, and no file is called.
fn is_url(source: &str) -> bool {
    source.starts_with("postgres://")
        || source.starts_with("postgresql://")
        || source.contains('=') && !Path::new(source).exists()
}

async fn open_twin(snapshot: &Snapshot, with_indexes: Option<&Path>, progress: &Progress) -> Result<Exit> {
    let wanted = match with_indexes {
        Some(file) => {
            let text = std::fs::read_to_string(file).context(format!("cannot read {}", file.display()))?;
            what_if::parse(&text, snapshot).context(format!("cannot use {}", file.display()))?
        }
        None => Vec::new(),
    };
    let twin = Twin::build(snapshot, &|what| progress.say(&format!("twin: {what}"))).await?;
    let indexes: Vec<_> = wanted.iter().map(|(_, w)| w.clone()).collect();
    let made = what_if::WhatIf::new(&twin, snapshot, SizeModel::Real).create(&indexes).await?;
    for ((name, wanted), made) in wanted.iter().zip(&made) {
        match made {
            Some(index) => twin.switch_on(index, name).await?,
            None => progress.note(&format!("note: {}: the server refuses this index", one_line(&wanted.using))),
        }
    }
    progress.done();
    for note in &twin.notes {
        output::complain(&format!("note: {}: {}", one_line(&note.what), one_line(&note.because)));
    }
    output::complain(&format!(
        "EXPLAIN here plans as in {} of {}; there are no rows, so nothing else does",
        one_line(&snapshot.server.database),
        snapshot.server.version
    ));
    stay(&twin.url(), twin.major()).await
}

/// Says where it is, and keeps it until the process is told to end.
async fn stay(url: &str, major: u32) -> Result<Exit> {
    output::print(&format!("{url}\n"))?;
    output::complain(&format!("PostgreSQL {major} runs until you press Ctrl-C; then it is deleted with all that is in it"));
    // the signal's watcher stops the server and ends the process
    std::future::pending::<()>().await;
    Ok(Exit::Done)
}

/// With the server's own psql or the one in the path, which know meta-commands and what cannot run in a transaction; else as one
/// message.
async fn load(sandbox: &Sandbox, file: &Path, text: String) -> Result<()> {
    let failed = || Error::new(format!("cannot load {}", file.display()));
    let in_path = || std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).map(|d| d.join("psql")).collect();
    let places: Vec<PathBuf> = std::iter::once(sandbox.bin().join("psql")).chain::<Vec<PathBuf>>(in_path()).collect();
    let Some(psql) = places.into_iter().find(|p| p.is_file()) else {
        let mut connection = sandbox.connect_options(DATABASE).connect().await.context("cannot connect to the sandbox")?;
        // the file is the user's own, and so is the server
        let loaded = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await;
        return loaded.map(|_| ()).map_err(|e| failed().because(one_line(&e.to_string())));
    };
    let mut command = tokio::process::Command::new(&psql);
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &sandbox.url(DATABASE), "-f"]).arg(file);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).kill_on_drop(true);
    let output = command.output().await.context(format!("cannot run {}", psql.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let error = said.lines().find(|l| l.contains("ERROR") || l.contains("error:")).unwrap_or(said.trim());
    Err(failed().because(one_line(error)))
}
