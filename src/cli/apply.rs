//! `dbharden apply`: runs approved migrations so that nobody notices; the same command goes on after any interruption.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use super::live::Live;
use super::{Exit, Format, Global, output, shell_word};
use crate::apply::{self, Outcome, Request, Stop, Unknown, What};
use crate::config::Config;
use crate::connect::Target;
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::set;
use crate::report;
use crate::review::{self, Review};

/// Options of `apply`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Where the migrations are [default: generated-migrations]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Run those up to this one, which is the last
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Run the down.sql of the last N applied ones, the last one first
    #[arg(long, value_name = "N", conflicts_with = "to", value_parser = clap::value_parser!(u16).range(1..))]
    undo: Option<u16>,
    /// Say what would run, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Run also what nobody approved; the ledger records that
    #[arg(long)]
    allow_unreviewed: bool,
    /// Run also what comes before one that is applied
    #[arg(long)]
    out_of_order: bool,
    /// How long to wait while another `apply` is at work
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    wait: u64,
    /// A statement that commits by itself was interrupted, and you looked: it is done, or is to run again
    #[arg(long, value_enum, value_name = "WHAT")]
    unknown: Option<Unknown>,
    /// Do not miss the folder of this applied migration any more, and run nothing: it was taken away on purpose
    #[arg(long, value_name = "NAME", requires = "reason", conflicts_with_all = ["to", "undo", "dry_run"])]
    forget: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "forget")]
    reason: Option<String>,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global, stop: &Stop) -> Result<Exit> {
    global.format.is_table_or_json()?;
    let config = Config::load(global.config.as_deref())?;
    let directory = args.dir.clone().unwrap_or_else(|| config.out.clone());
    let migrations = set::read(&directory)?;
    let target = Target::resolve(args.url.as_deref(), &|name| std::env::var(name).ok())?;
    target.notes().iter().for_each(|note| output::complain(&format!("note: {note}")));
    if let (Some(name), Some(reason)) = (&args.forget, &args.reason) {
        apply::forget(&target, &migrations, name, reason, &review::person(&directory)).await?;
        output::complain(&format!("{} is not missed any more; what it did stays", one_line(name)));
        return Ok(Exit::Done);
    }
    let what = match args.undo {
        Some(n) => What::Undo(n.into()),
        None => What::Up(args.to.clone()),
    };
    let request = Request {
        target,
        migrations: &migrations,
        review: &Review::load(&directory, &config.review)?,
        person: review::person(&directory),
        what,
        allow_unreviewed: args.allow_unreviewed,
        out_of_order: args.out_of_order,
        dry_run: args.dry_run,
        wait: Duration::from_secs(args.wait),
        unknown: args.unknown,
        settings: config.apply.clone(),
        lock_ms: config.migration.lock_timeout_ms.max(1),
        typed: typed(args),
    };
    let live = Live::new();
    let confirm = |outcome: &Outcome| confirmed(outcome, args.yes, global);
    let outcome = apply::run(&request, stop, &|event| live.hear(event), &confirm).await?;
    drop(live);
    output::print(&match global.format {
        Format::Json => report::apply::json(&outcome)?,
        _ => report::apply::table(&outcome, &output::look(global)),
    })?;
    Ok(if outcome.stopped.is_some() { Exit::Failed } else { Exit::Done })
}

/// Says what would run and waits for a yes.
fn confirmed(outcome: &Outcome, yes: bool, global: &Global) -> Result<bool> {
    for note in &outcome.notes {
        output::complain(&format!("! {note}"));
    }
    if yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::new("nobody is here to say yes").because("standard input is no terminal").fix("say --yes"));
    }
    let shown = Outcome { dry_run: true, ..outcome.clone() };
    output::complain(&report::apply::table(&shown, &output::look(global)));
    let mut err = std::io::stderr().lock();
    // a terminal that takes no text gives no answer either
    let _ = write!(err, "run {}? [y/N] ", report::plural(outcome.migrations.len(), "migration"));
    let _ = err.flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|e| Error::new("cannot read your answer").because(e))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// The same command, without what may be secret and without what to run.
fn typed(args: &Args) -> String {
    let mut words = vec!["dbharden apply".to_owned()];
    words.extend(args.url.as_ref().map(|_| "URL".to_owned()));
    words.extend(args.dir.as_ref().map(|d| format!("--dir {}", shell_word(&d.to_string_lossy()))));
    for (set, flag) in [(args.yes, "--yes"), (args.allow_unreviewed, "--allow-unreviewed"), (args.out_of_order, "--out-of-order")]
    {
        words.extend(set.then(|| flag.to_owned()));
    }
    words.join(" ")
}
