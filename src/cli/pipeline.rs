//! From a URL or a snapshot file to findings and a plan: the one line that `plan`, `check` and `explain` share.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::progress::Progress;
use super::{Global, Source, advice};
use crate::check::{self, Check, Registry, Report};
use crate::config::Config;
use crate::connect::{Session, Target};
use crate::error::{Context, Error, Result};
use crate::ident::one_line;
use crate::migration::Layout;
use crate::plan::{self, Plan};
use crate::snapshot::counts::Counts;
use crate::snapshot::read::{self, ReadOptions};
use crate::snapshot::{self, Identity, Snapshot, workload_file};
use crate::tenancy::{Tenancy, rows};

/// Longest time to count one kind of rows in one table.
const COUNT_WITHIN: Duration = Duration::from_secs(60);

/// Where a user's own checks are looked for without being named.
const OWN_CHECKS: &str = "checks";

/// What was read, and all that follows from it.
pub struct Looked {
    /// Settings in force, those of the URL and the flags included.
    pub config: Config,
    /// The checks.
    pub registry: Registry,
    /// What was read.
    pub snapshot: Snapshot,
    /// What the checks say.
    pub report: Report,
    /// The changes that would cure it.
    pub plan: Plan,
}

/// Reads the database or the snapshot file, runs the checks and plans the cure.
pub async fn look(source: &Source, global: &Global) -> Result<Looked> {
    let mut config = Config::load(global.config.as_deref())?;
    let registry = registry(&config, &source.checks)?;
    config.validate(&registry)?;
    config.connections.instances = source.instances.or(config.connections.instances);
    config.tenancy.root = source.tenant_root.clone().or(config.tenancy.root);
    if !source.tenant_key.is_empty() {
        config.tenancy.keys.clone_from(&source.tenant_key);
    }
    config.advice.index_budget = source.index_budget.clone().or(config.advice.index_budget);
    config.advice.max_indexes = source.max_indexes.or(config.advice.max_indexes);
    config.advice.twin &= !source.no_twin;
    if source.no_explain {
        (config.advice.on_target, config.workload.plans) = (false, 0);
    }
    config.advice.budget(0)?; // said before anything is read
    let twin = config.advice.twin && config.enables(advice::CHECK);
    let progress = Progress::new();
    let mut snapshot = match &source.snapshot {
        Some(file) => {
            progress.say("reading the snapshot");
            snapshot::load(file)?
        }
        None => {
            let live = Live {
                url: source.url.as_deref(),
                replicas: &source.replica,
                pause: None,
                twin,
                extremes: source.read_extremes,
                ledgers: source.layout.or(config.migration.layout).is_some_and(|l| l != Layout::Dbharden),
            };
            let mut read = read(&live, &mut config, &registry, &progress).await?;
            if source.count_rows {
                read.counts = Some(count_rows(source, &read, &config, &progress).await?);
            }
            read
        }
    };
    let mut notes = Vec::new();
    if let Some(file) = &source.stats {
        notes = snapshot::merge_stats(&mut snapshot, &snapshot::load(file)?);
    }
    if let Some(file) = &source.workload {
        use_workload(&mut snapshot, file)?;
    }
    progress.say("analysing");
    let advice = if twin {
        let target = target_to_ask(source, &config)?;
        let original = target.as_ref().map_err(|why| *why);
        let (snapshot, config, registry) = (&snapshot, &config, &registry);
        let asked = advice::Asked { snapshot, config, registry, model: source.index_sizes, original };
        advice::prove(&asked, &progress).await?
    } else {
        advice::Proven::None
    };
    notes.extend(advice.notes());
    progress.say("analysing");
    let mut report = check::run_with(&snapshot, &registry, &config, advice.get(), advice.today())?;
    report.notes.extend(notes);
    let plan = plan::plan(&report.findings, &snapshot, &config.migration);
    Ok(Looked { config, registry, snapshot, report, plan })
}

/// The database, if it may be asked for plans where there is no twin; else why not.
fn target_to_ask(source: &Source, config: &Config) -> Result<std::result::Result<Target, &'static str>> {
    Ok(match source {
        _ if !config.advice.on_target => Err("the settings forbid to ask the database for plans in its place"),
        Source { snapshot: Some(_), .. } => Err("a snapshot cannot be asked for plans in its place"),
        Source { stats: Some(_), .. } => Err("the database with these statistics is not the one that could be asked"),
        _ => Ok(Target::resolve(source.url.as_deref(), &|name| std::env::var(name).ok())?),
    })
}

/// Counts the rows that only the tables know of.
async fn count_rows(source: &Source, snapshot: &Snapshot, config: &Config, progress: &Progress) -> Result<Counts> {
    let tenancy = Tenancy::of(snapshot, config)?;
    let questions = rows::Question::all(&snapshot.catalog, &tenancy);
    let mut session = Session::connect(&resolve(source.url.as_deref(), progress)?).await?;
    let counts = rows::count(&mut session, &questions, COUNT_WITHIN, &|what| progress.say(&format!("counting {what}"))).await?;
    session.close().await;
    Ok(counts)
}

/// Takes the statements of a file for the workload.
pub fn use_workload(snapshot: &mut Snapshot, file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).context(format!("cannot read {}", file.display()))?;
    snapshot.with_workload(workload_file::parse(&text).context(format!("cannot use {}", file.display()))?);
    Ok(())
}

/// The built-in checks, those of the directories named, and those in `./checks`.
pub fn registry(config: &Config, named: &[PathBuf]) -> Result<Registry> {
    let mut directories: Vec<&Path> = Vec::new();
    for directory in config.check_dirs.iter().chain(named) {
        if !holds_checks(directory) {
            return Err(Error::new(format!("there are no checks in {}", directory.display()))
                .because("it holds no <group>/<name>/check.toml")
                .fix("name the directory above the groups"));
        }
        directories.push(directory);
    }
    let own = Path::new(OWN_CHECKS);
    if holds_checks(own) {
        directories.push(own);
    }
    let mut seen = Vec::new();
    directories.retain(|d| {
        let real = d.canonicalize().unwrap_or_else(|_| d.to_path_buf());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    Registry::load(&directories)
}

/// Whether any `<group>/<name>/check.toml` is there.
fn holds_checks(directory: &Path) -> bool {
    let below = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path());
    below(directory).any(|group| below(&group).any(|check| check.join("check.toml").is_file()))
}

/// A database to be read.
pub struct Live<'a> {
    /// Its URL, unless the environment says it.
    pub url: Option<&'a str>,
    /// URLs of its replicas.
    pub replicas: &'a [String],
    /// Read twice, so far apart, for what happens in between.
    pub pause: Option<Duration>,
    /// The whole catalog and what the planner goes by too: what `drift` compares, and what a twin is made of.
    pub twin: bool,
    /// The ends of indexed columns for it: user data.
    pub extremes: bool,
    /// What migration tools note as applied.
    pub ledgers: bool,
}

/// Reads a database with its replicas.
pub async fn read(live: &Live<'_>, config: &mut Config, registry: &Registry, progress: &Progress) -> Result<Snapshot> {
    let target = resolve(live.url, progress)?;
    if config.schemas.is_empty() {
        config.schemas.extend(target.schema.clone());
    }
    let limit = &mut config.connections.connection_limit;
    *limit = limit.or(target.connection_limit.map(i64::from));
    let replicas: Vec<Target> = live.replicas.iter().map(|url| resolve(Some(url), progress)).collect::<Result<_>>()?;
    let (twin, extremes, ledgers) = (live.twin, live.extremes, live.ledgers);
    // a table is cut with all that hangs on it
    let objects = twin || !config.partitioning.is_empty();
    let options = ReadOptions { objects, planner: twin, extremes, ledgers, ..read_options(config, registry) };
    let Some(pause) = live.pause else { return read_once(&target, &replicas, &options, progress).await };
    let counters = options.counters();
    let first = read_once(&target, &replicas, &counters, progress).await?;
    progress.say(&format!("counting for {} s", pause.as_secs()));
    tokio::time::sleep(pause).await;
    Ok(snapshot::since(&first, read_once(&target, &replicas, &options, progress).await?))
}

fn resolve(url: Option<&str>, progress: &Progress) -> Result<Target> {
    let target = Target::resolve(url, &|name| std::env::var(name).ok())?;
    for note in target.notes() {
        progress.note(&format!("note: {}", one_line(note)));
    }
    Ok(target)
}

async fn read_once(target: &Target, replicas: &[Target], options: &ReadOptions, progress: &Progress) -> Result<Snapshot> {
    progress.say(&format!("connecting to {}", target.summary()));
    let mut session = Session::connect(target).await?;
    let mut read = read::read(&mut session, options, &|what| progress.say(&format!("reading {what}"))).await?;
    if !replicas.is_empty() {
        let primary = Identity::read(&mut session).await?;
        let options = options.counters();
        for replica in replicas {
            let name = replica.server();
            progress.say(&format!("connecting to {}", replica.summary()));
            let mut session = Session::connect(replica).await?;
            Identity::read(&mut session).await?.require_replica_of(&primary, &name)?;
            let there = read::read(&mut session, &options, &|what| progress.say(&format!("{name}: reading {what}"))).await?;
            session.close().await;
            read.add_replica(&there, &name)?;
        }
    }
    session.close().await;
    Ok(read)
}

/// What the snapshot must hold for the checks that are on.
pub fn read_options(config: &Config, registry: &Registry) -> ReadOptions {
    let enabled = registry.all().iter().filter(|c| config.enables(&c.about.name));
    ReadOptions {
        schemas: config.schemas.clone(),
        statements: config.workload.top,
        plans: config.workload.plans,
        sql_checks: enabled.filter_map(Check::sql_check).collect(),
        ..ReadOptions::default()
    }
}
