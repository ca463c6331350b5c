//! `dbharden lint`: unsafe statements in the migrations of any tool.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::pipeline::{self, Live};
use super::progress::Progress;
use super::{Exit, Global, output};
use crate::check::Registry;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::lint::input::{self, Input, Named};
use crate::lint::rules::Rules;
use crate::lint::{self, Outcome, PgVersion, Request};
use crate::migration::layout::{Layout, ReadOptions};
use crate::snapshot::{self, Snapshot};

/// Rounds of `--fix`: what one round writes may let another rule mend more.
const ROUNDS: usize = 5;

/// Options of `lint`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Migration files, folders of them, or `-` for standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    paths: Vec<String>,
    /// The server's version: 15, 14.3 [default: the database's, else the newest]
    #[arg(long, value_name = "VERSION")]
    pg_version: Option<PgVersion>,
    /// Weigh by the tables of this database, and drop alarms about those that it does not have
    #[arg(long, value_name = "URL", conflicts_with = "snapshot")]
    url: Option<String>,
    /// The same by a saved snapshot
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Write what is mechanical into the files
    #[arg(long)]
    fix: bool,
    /// Also look for this rule; `all` for every one (repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    enable: Vec<String>,
    /// Do not look for this rule (repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    disable: Vec<String>,
    /// The last migration that is applied: those after it are pending [default: as the tool's ledger says]
    #[arg(long, value_name = "NAME")]
    after: Option<String>,
    /// None of the files is applied anywhere: what one makes is new to the next
    #[arg(long, conflicts_with = "after")]
    pending: bool,
    /// Whose folder it is [default: recognised]
    #[arg(long, value_enum, value_name = "TOOL")]
    layout: Option<Layout>,
    /// Value of a placeholder in the files (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    placeholder: Vec<String>,
    /// Each file runs in a transaction [default: as its tool does it]
    #[arg(long, conflicts_with = "no_transaction")]
    transaction: bool,
    /// No file runs in a transaction
    #[arg(long)]
    no_transaction: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let mut config = Config::load(global.config.as_deref())?;
    let rules = Rules::load()?;
    let enabled = enabled(args, &config, &rules)?;
    let named = named(args, &config)?;
    let snapshot = database(args, &mut config).await?;
    let version = args.pg_version.or(config.lint.pg_version()?);
    let version = version.or(snapshot.as_ref().map(|s| PgVersion::from_number(s.server.version_num.into())));
    let version = version.unwrap_or(PgVersion::NEWEST);
    let look = |input: &Input| {
        let (enabled, snapshot) = (enabled.clone(), snapshot.as_ref());
        lint::lint(&Request { scripts: &input.scripts, rules: &rules, enabled, version, snapshot })
    };
    let mut input = input::read(&named, snapshot.as_ref())?;
    let mut outcome = look(&input);
    if args.fix {
        let mut fixed = Vec::new();
        for _ in 0..ROUNDS {
            let round = lint::fix::write(&outcome.findings, &input.scripts)?;
            if round.is_empty() {
                break;
            }
            lint::fix::add(&mut fixed, round);
            input = input::read(&named, snapshot.as_ref())?;
            outcome = look(&input);
        }
        outcome.fixed = fixed;
    }
    outcome.notes.splice(0..0, std::mem::take(&mut input.notes));
    outcome.skipped.append(&mut input.skipped);
    outcome.weighed_by = snapshot.as_ref().map(|s| format!("database {}", s.server.database));
    acknowledge(&mut outcome, &config);
    output::lint(&outcome, &rules, global)?;
    Ok(if outcome.findings.iter().any(|f| f.severity >= config.fail_on) {
        Exit::Found
    } else if outcome.skipped.iter().any(|s| !s.acknowledged) {
        Exit::NotLookedAt
    } else {
        Exit::Done
    })
}

/// Names of the rules that are on.
fn enabled(args: &Args, config: &Config, rules: &Rules) -> Result<BTreeSet<String>> {
    let mut on: BTreeSet<String> = rules.all().iter().filter(|r| r.about.default).map(|r| r.about.name.clone()).collect();
    for name in config.lint.enable.iter().chain(&args.enable) {
        if name == "all" {
            on.extend(rules.all().iter().map(|r| r.about.name.clone()));
        } else {
            on.extend(known(name, rules)?);
        }
    }
    for name in &config.disable {
        // it may be a check of databases
        on.remove(name);
    }
    for name in &args.disable {
        for rule in known(name, rules)? {
            on.remove(&rule);
        }
    }
    Ok(on)
}

/// Our rule of that name or id, or those that answer for squawk's of that name.
fn known(name: &str, rules: &Rules) -> Result<Vec<String>> {
    if let Some(rule) = rules.find(name) {
        return Ok(vec![rule.about.name.clone()]);
    }
    let found: Vec<String> = rules.of_squawk(name).map(|r| r.about.name.clone()).collect();
    if found.is_empty() {
        return Err(Error::new(format!("there is no rule {}", one_line(name))).fix("`dbharden explain --list` lists them"));
    }
    Ok(found)
}

fn named(args: &Args, config: &Config) -> Result<Named> {
    let mut options = ReadOptions { placeholders: config.drift.placeholders.clone() };
    for pair in &args.placeholder {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Error::new(format!("--placeholder {pair} has no value")).fix("write --placeholder NAME=VALUE"))?;
        options.placeholders.insert(name.to_owned(), value.to_owned());
    }
    Ok(Named {
        paths: args.paths.clone(),
        layout: args.layout,
        options,
        after: args.after.clone(),
        pending: args.pending,
        in_transaction: match (args.transaction, args.no_transaction) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => config.lint.transaction,
        },
    })
}

/// The database that tables are weighed by.
async fn database(args: &Args, config: &mut Config) -> Result<Option<Snapshot>> {
    if let Some(file) = &args.snapshot {
        return snapshot::load(file).map(Some);
    }
    let Some(url) = &args.url else { return Ok(None) };
    let progress = Progress::new();
    // sizes, activity and ledgers are enough
    (config.workload.top, config.workload.plans) = (0, 0);
    let live = Live { url: Some(url), replicas: &[], pause: None, twin: false, extremes: false, ledgers: true };
    pipeline::read(&live, config, &Registry::none(), &progress).await.map(Some)
}

/// Takes out what the configuration says is right, and notes what it says is known not to be read.
fn acknowledge(outcome: &mut Outcome, config: &Config) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    outcome.waive(|f| {
        let waiver = config.ignore.iter().find(|w| !w.expired(now) && w.names(&f.check, &f.id, &f.object))?;
        Some(waiver.reason.clone())
    });
    for skipped in &mut outcome.skipped {
        skipped.acknowledged = config.skip.iter().any(|s| s.check == "lint" && !s.expired(now));
    }
}
