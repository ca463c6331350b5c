//! `dbharden isolation`: the proof that tenants cannot reach each other.

use std::path::PathBuf;

use super::pipeline::{self, Live};
use super::progress::Progress;
use super::{Exit, Global, output};
use crate::check::{self, Finding};
use crate::config::{Config, Flavour};
use crate::connect::Target;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::isolation::{Place, Request, prove};
use crate::snapshot;

/// Options of `isolation`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// A saved snapshot of the database, in place of a URL
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    snapshot: Option<PathBuf>,
    /// A role that the application connects as (repeatable) [default: `[tenancy] app_role`, connected ones, else those that may write]
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,
    /// A setting that tells the tenant (repeatable) [default: `[tenancy] setting`, those that policies read]
    #[arg(long, value_name = "NAME")]
    setting: Vec<String>,
    /// In the database itself, in a transaction that is rolled back, instead of a copy: for a staging database
    #[arg(long, conflicts_with = "snapshot")]
    in_place: bool,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    let mut config = Config::load(global.config.as_deref())?;
    let progress = Progress::new();
    let registry = pipeline::registry(&config, &[])?;
    let snapshot = match &args.snapshot {
        Some(file) => {
            progress.say("reading the snapshot");
            snapshot::load(file)?
        }
        None => {
            let live = Live { url: args.url.as_deref(), replicas: &[], pause: None, twin: true, extremes: false, ledgers: false };
            pipeline::read(&live, &mut config, &registry, &progress).await?
        }
    };
    let place = if args.in_place {
        let target = Target::resolve(args.url.as_deref(), &|name| std::env::var(name).ok())?;
        if snapshot.server.in_recovery {
            return Err(Error::new("--in-place needs a database that takes writes")
                .because("the server is a standby")
                .fix("leave --in-place out: a copy of the schema proves as much"));
        }
        let others = snapshot.connections.iter().filter(|c| {
            c.database.as_deref() == Some(&snapshot.server.database) && c.application != "dbharden" && c.role.is_some()
        });
        let others: i64 = others.map(|c| c.sessions).sum();
        if others > 0 {
            return Err(Error::new("--in-place is for a database that nobody uses")
                .because(format!("{others} other sessions are connected to it; rows of two tenants are made and locked here, if never committed"))
                .fix("leave --in-place out: a copy of the schema proves as much; or stop the application of this staging database"));
        }
        Place::InPlace(Box::new(target))
    } else {
        Place::Copy
    };
    // what is typed counts, else what the config says, else what is found
    let named = &config.tenancy;
    let roles = if args.role.is_empty() { named.app_role.clone() } else { args.role.clone() };
    let told = named.setting.iter().filter(|_| named.flavour == Flavour::Plain);
    let settings = if args.setting.is_empty() { told.cloned().collect() } else { args.setting.clone() };
    // waived ones too: the leak is there whether or not somebody accepted what causes it
    let report = check::run(&snapshot, &registry, &config)?;
    let findings: Vec<Finding> = report.findings.into_iter().chain(report.waived.into_iter().map(|(f, _)| f)).collect();
    let request = Request {
        snapshot: &snapshot,
        config: &config,
        findings: &findings,
        roles: roles.iter().map(|r| Ident::new(&**r)).collect(),
        settings,
        place,
    };
    let mut outcome = prove(request, &|what| progress.say(what)).await?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
    for lacking in &mut outcome.not_proven {
        lacking.acknowledged = config.skip.iter().any(|s| s.check == "isolation" && !s.expired(now));
    }
    drop(progress);
    output::isolation(&outcome, global)?;
    Ok(if outcome.leaks() {
        Exit::Found
    } else if outcome.lacks() {
        Exit::NotLookedAt
    } else {
        Exit::Done
    })
}
