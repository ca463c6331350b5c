//! `dbharden review`: a walk through what is not approved; or, for scripts and CI, a list, an approval, a check.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::{Exit, Format, Global, output};
use crate::apply::ledger::{Ledger, State};
use crate::config::{Config, FILE_NAME};
use crate::connect::{Session, Target};
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::set::{self, Migration};
use crate::report::plural;
use crate::report::review::{self as report, Line, List};
use crate::review::effect::Stage;
use crate::review::{Entry, FILE_NAME as REVIEWS, Review, Verdict, Walk, person};

/// Options of `review`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave out what this database has, and try the rest on its definitions in a sandbox [default: all files, not tried]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Where the migrations are [default: generated-migrations]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// List what is approved and what is not
    #[arg(long)]
    list: bool,
    /// For CI: as --list, and exit code 2 when something is not approved
    #[arg(long, conflicts_with_all = ["list", "approve", "reject"])]
    check: bool,
    /// Approve this migration (repeatable)
    #[arg(long, value_name = "NAME", requires = "reason")]
    approve: Vec<String>,
    /// Reject this migration (repeatable): a waiver for what it was to cure
    #[arg(long, value_name = "NAME", requires = "reason")]
    reject: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Runs it.
pub async fn run(args: &Args, global: &Global) -> Result<Exit> {
    global.format.is_table_or_json()?;
    let config = Config::load(global.config.as_deref())?;
    let directory = args.dir.clone().unwrap_or_else(|| config.out.clone());
    let mut migrations = set::read(&directory)?;
    let mut review = Review::load(&directory, &config.review)?;
    let waivers = global.config.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME));
    let color = output::look(global).color;
    let walk = Walk { directory: &directory, person: person(&directory), config: &waivers, color };
    if let (false, Some(reason)) = (args.approve.is_empty() && args.reject.is_empty(), &args.reason) {
        for migration in named(&migrations, &args.approve)? {
            review.approve(Entry::now(migration, &walk.person, reason))?;
            output::complain(&format!("approved: {}", migration.name));
        }
        for migration in named(&migrations, &args.reject)? {
            output::complain(&walk.reject(&mut review, migration, reason)?);
        }
        return Ok(Exit::Done);
    }
    let target = args.url.as_deref().map(|url| Target::resolve(Some(url), &|name| std::env::var(name).ok())).transpose()?;
    if let Some(target) = &target {
        let ledger = ledger(target).await?;
        migrations.retain(|m| !matches!(ledger.state(&m.name), State::Applied(_)));
    }
    let list = list(&migrations, &review)?;
    let interactive = !args.list && !args.check && global.format == Format::Table && std::io::stdin().is_terminal();
    if args.list || args.check || !interactive {
        output::print(&match global.format {
            Format::Json => report::json(&list)?,
            _ => report::table(&list, &output::look(global)),
        })?;
        return Ok(if args.check && list.unapproved > 0 { Exit::Found } else { Exit::Done });
    }
    let names: Vec<String> =
        list.migrations.iter().filter(|l| l.verdict == report::Verdict::Unapproved).map(|l| l.name.clone()).collect();
    if names.is_empty() {
        output::print("everything is approved\n")?;
        return Ok(Exit::Done);
    }
    let effects = effects(target.as_ref(), &migrations, &names).await?;
    let walked = walk.run(&names, &effects, &mut review)?;
    output::print(&format!(
        "{} approved, {} rejected, {} left{}\n",
        walked.approved,
        walked.rejected,
        walked.skipped,
        if walked.approved + walked.rejected > 0 {
            format!("; commit {}", directory.join(REVIEWS).display())
        } else {
            String::new()
        }
    ))?;
    Ok(Exit::Done)
}

async fn ledger(target: &Target) -> Result<Ledger> {
    let mut session = Session::for_definitions(target).await?;
    let (ledger, _) = Ledger::read(&mut session).await?;
    session.close().await;
    Ok(ledger)
}

/// What each of them changes; empty where there is no database to try it on.
async fn effects(target: Option<&Target>, migrations: &[Migration], names: &[String]) -> Result<Vec<Vec<String>>> {
    let Some(target) = target else { return Ok(Vec::new()) };
    let progress = Progress::new();
    progress.say("trying the migrations in a sandbox");
    // those before are needed too
    let all: Vec<&Migration> = migrations.iter().collect();
    let tried = async { Stage::of(target).await?.effects(&all).await }.await;
    drop(progress);
    match tried {
        Ok(effects) => Ok(names
            .iter()
            .filter_map(|name| all.iter().zip(&effects).find(|(m, _)| m.name == *name).map(|(_, e)| e.clone()))
            .collect()),
        Err(e) => {
            output::complain(&format!("note: not tried in a sandbox: {e}"));
            Ok(Vec::new())
        }
    }
}

/// The migrations of these names, or of these times alone.
fn named<'m>(migrations: &'m [Migration], names: &[String]) -> Result<Vec<&'m Migration>> {
    let find = |name: &String| {
        let base = Path::new(name).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        migrations.iter().find(|m| m.name == base || m.name.split('_').next() == Some(&base)).ok_or_else(|| {
            Error::new(format!("no migration is called {}", one_line(name)))
                .because(format!("the directory has {}", plural(migrations.len(), "migration")))
                .fix("`dbharden review --list -v` lists them")
        })
    };
    names.iter().map(find).collect()
}

fn list(migrations: &[Migration], review: &Review) -> Result<List> {
    let mut lines = Vec::new();
    for migration in migrations {
        let (verdict, because) = match review.of(migration)? {
            Verdict::Approved(by) => (report::Verdict::Approved, format!("by {by}")),
            Verdict::Rejected(why) => (report::Verdict::Rejected, format!("by {why}")),
            Verdict::Missing(why) => (report::Verdict::Unapproved, why),
        };
        let title = migration.plan.as_ref().map(|p| p.title.clone());
        lines.push(Line { name: migration.name.clone(), title, hash: migration.hash(), verdict, because });
    }
    let count = |wanted| lines.iter().filter(|l| l.verdict == wanted).count();
    Ok(List {
        dbharden: env!("CARGO_PKG_VERSION").to_owned(),
        review: review.branch.as_ref().map_or_else(|| REVIEWS.to_owned(), |b| b.name.clone()),
        approved: count(report::Verdict::Approved),
        rejected: count(report::Verdict::Rejected),
        unapproved: count(report::Verdict::Unapproved),
        migrations: lines,
    })
}
