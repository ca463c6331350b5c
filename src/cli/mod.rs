//! The command line: what may be typed, one file per command, and what the process says when it ends.
//!
//! A new command is a variant of [`Command`], a file of its own with `Args` and `run`, and a line in [`Command::run`].

mod advice;
mod apply;
mod baseline;
mod check;
mod demo;
mod doctor;
mod drift;
mod exit;
mod explain;
mod init;
mod isolation;
mod lint;
mod live;
mod options;
mod output;
mod pipeline;
mod plan;
mod progress;
mod redact;
mod rehearse;
mod review;
mod sandbox;
mod signals;
mod snapshot;
mod status;
mod verify;

use clap::{Parser, Subcommand};

use crate::apply::Stop;
use crate::error::{Context, Result};
pub use exit::Exit;
pub use options::{Color, Format, Global, Selection, Source, shell_word};

/// Stack of the command's thread, as large as that of a main thread.
const STACK: usize = 8 * 1024 * 1024;

/// Finds what a live PostgreSQL schema lacks, proves it, and writes the migrations that cure it.
#[derive(Debug, Parser)]
#[command(name = "dbharden", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong and write migrations that cure it; nothing is applied
    Plan(plan::Args),
    /// The same findings with nothing written, for CI
    Check(check::Args),
    /// The live database against what its migrations make, in place of `prisma db push`
    Drift(drift::Args),
    /// What pending migrations would do, before they are deployed: locks, rewrites, undo, plans of the workload
    Rehearse(rehearse::Args),
    /// The proof that tenants cannot reach each other, or every way in which they can
    Isolation(isolation::Args),
    /// Unsafe statements in the migrations of any tool, and what to write instead
    Lint(lint::Args),
    /// Walk through pending migrations: approve, reject, edit
    Review(review::Args),
    /// Run approved migrations so that nobody notices; the same command goes on after any interruption
    Apply(apply::Args),
    /// What is applied, half-way, pending, approved
    Status(status::Args),
    /// After apply: findings cured, gates hold, the catalog is as the files make it
    Verify(verify::Args),
    /// The first migration of a database that never had one
    Baseline(baseline::Args),
    /// Save all that `plan` needs to a file, values replaced by pseudonyms
    Snapshot(snapshot::Args),
    /// What you will get from this database and role, and the GRANT for what is missing
    Doctor(doctor::Args),
    /// A check's page, or the whole reasoning of one finding
    Explain(explain::Args),
    /// Write dbharden.toml, and a CI job
    Init(init::Args),
    /// A throw-away PostgreSQL server, there until Ctrl-C
    Sandbox(sandbox::Args),
    /// A product's database end to end on a throw-away server
    Demo(demo::Args),
}

impl Command {
    async fn run(&self, global: &Global, stop: &Stop) -> Result<Exit> {
        // said before any database is asked
        let has = match self {
            Command::Lint(_) => global.format != Format::Html,
            Command::Drift(_) => !matches!(global.format, Format::Gitlab | Format::Html),
            Command::Isolation(_) => global.format == Format::Html || !global.format.is_for_some(),
            Command::Rehearse(_) => global.format == Format::Github || !global.format.is_for_some(),
            _ => !global.format.is_for_some(),
        };
        if !has {
            return Err(global.format.is_for_others());
        }
        match self {
            Command::Plan(args) => plan::run(args, global).await,
            Command::Check(args) => check::run(args, global).await,
            Command::Drift(args) => drift::run(args, global).await,
            Command::Rehearse(args) => rehearse::run(args, global).await,
            Command::Isolation(args) => isolation::run(args, global).await,
            Command::Lint(args) => lint::run(args, global).await,
            Command::Review(args) => review::run(args, global).await,
            Command::Apply(args) => apply::run(args, global, stop).await,
            Command::Status(args) => status::run(args, global).await,
            Command::Verify(args) => verify::run(args, global).await,
            Command::Baseline(args) => baseline::run(args, global).await,
            Command::Snapshot(args) => snapshot::run(args, global).await,
            Command::Doctor(args) => doctor::run(args, global).await,
            Command::Explain(args) => explain::run(args, global).await,
            Command::Init(args) => init::run(args),
            Command::Sandbox(args) => sandbox::run(args, global).await,
            Command::Demo(args) => demo::run(args, global, stop).await,
        }
    }
}

/// The whole program: parses the arguments, runs the command, says what went wrong.
pub fn main() -> std::process::ExitCode {
    // a panic has said on stderr what happened, and unwinding has stopped the sandboxes
    std::panic::catch_unwind(run).unwrap_or(Exit::Failed).into()
}

fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return redact::usage(&e),
    };
    run_until_signal(cli).unwrap_or_else(|e| {
        output::complain(&redact::typed(&format!("error: {e}")));
        Exit::Failed
    })
}

/// The command has a thread of its own, so that a signal is heard also while it computes; what it was doing then is dropped.
fn run_until_signal(cli: Cli) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .context("cannot start")?;
    let handle = runtime.handle().clone();
    // a statement that runs is finished or taken back first
    let careful = matches!(cli.command, Command::Apply(_));
    let stop = Stop::default();
    let asked = stop.clone();
    let command = runtime.spawn_blocking(move || handle.block_on(cli.command.run(&cli.global, &asked)));
    let result = runtime.block_on(async {
        tokio::select! {
            result = command => result.unwrap_or(Ok(Exit::Failed)), // it panicked
            exit = signals::second(&stop), if careful => Ok(exit),
            exit = signals::ended(), if !careful => Ok(exit),
        }
    });
    runtime.shutdown_background();
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
