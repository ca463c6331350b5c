//! The command line: what may be typed, one file per command, and what the process says when it ends.
//!
//! A new command is a variant of [`Command`], a file of its own with `Args` and `run`, and a line in [`Command::run`].

mod check;
mod demo;
mod exit;
mod explain;
mod init;
mod options;
mod output;
mod pipeline;
mod plan;
mod progress;
mod redact;
mod signals;

use clap::{Parser, Subcommand};

use crate::error::{Context, Result};
pub use exit::Exit;
pub use options::{Color, Format, Global, Selection, Source, shell_word};

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
    /// A check's page, or the whole reasoning of one finding
    Explain(explain::Args),
    /// Write dbharden.toml, and a CI job
    Init(init::Args),
    /// A product's database end to end on a throw-away server
    Demo(demo::Args),
}

impl Command {
    async fn run(&self, global: &Global) -> Result<Exit> {
        match self {
            Command::Plan(args) => plan::run(args, global).await,
            Command::Check(args) => check::run(args, global).await,
            Command::Explain(args) => explain::run(args, global).await,
            Command::Init(args) => init::run(args),
            Command::Demo(args) => demo::run(args, global).await,
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
    let result = runtime().and_then(|runtime| {
        runtime.block_on(async {
            signals::watch();
            cli.command.run(&cli.global).await
        })
    });
    result.unwrap_or_else(|e| {
        output::complain(&redact::typed(&format!("error: {e}")));
        Exit::Failed
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().context("cannot start")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
