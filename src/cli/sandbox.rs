//! `dbharden sandbox`: a throw-away server, there until Ctrl-C.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, ConnectOptions};

use super::{Exit, Global, output};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::sandbox::{Sandbox, SandboxOptions};

/// The database in it.
const DATABASE: &str = "sandbox";

/// Options of `sandbox`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// SQL to load first
    #[arg(value_name = "FILE.sql")]
    file: Option<PathBuf>,
    /// Major version of PostgreSQL [default: the newest found]
    #[arg(long, value_name = "MAJOR")]
    pg: Option<u32>,
}

/// Runs it.
pub async fn run(args: &Args, _: &Global) -> Result<Exit> {
    // said before a server is started for nothing
    let text =
        args.file.as_ref().map(|f| std::fs::read_to_string(f).context(format!("cannot read {}", f.display()))).transpose()?;
    let sandbox = Sandbox::start(&SandboxOptions { major: args.pg, ..SandboxOptions::default() }).await?;
    sandbox.create_database(DATABASE).await?;
    if let (Some(file), Some(text)) = (&args.file, text) {
        load(&sandbox, file, text).await?;
    }
    output::print(&format!("{}\n", sandbox.url(DATABASE)))?;
    output::complain(&format!(
        "PostgreSQL {} runs until you press Ctrl-C; then it is deleted with all that is in it",
        sandbox.major()
    ));
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
