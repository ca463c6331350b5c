//! From a URL or a snapshot file to findings and a plan: the one line that `plan`, `check` and `explain` share.

use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::{Global, Source};
use crate::check::{self, Check, Registry, Report};
use crate::config::Config;
use crate::connect::{Session, Target};
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::plan::{self, Plan};
use crate::snapshot::read::{self, ReadOptions};
use crate::snapshot::{self, Snapshot};

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
    let progress = Progress::new();
    let snapshot = match &source.snapshot {
        Some(file) => {
            progress.say("reading the snapshot");
            snapshot::load(file)?
        }
        None => read(source.url.as_deref(), &mut config, &registry, &progress).await?,
    };
    progress.say("analysing");
    let report = check::run(&snapshot, &registry, &config)?;
    let plan = plan::plan(&report.findings, &snapshot, &config.migration);
    Ok(Looked { config, registry, snapshot, report, plan })
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

async fn read(url: Option<&str>, config: &mut Config, registry: &Registry, progress: &Progress) -> Result<Snapshot> {
    let target = Target::resolve(url, &|name| std::env::var(name).ok())?;
    for note in target.notes() {
        progress.note(&format!("note: {}", one_line(note)));
    }
    if config.schemas.is_empty() {
        config.schemas.extend(target.schema.clone());
    }
    let limit = &mut config.connections.connection_limit;
    *limit = limit.or(target.connection_limit.map(i64::from));
    progress.say(&format!("connecting to {}", target.summary()));
    let mut session = Session::connect(&target).await?;
    let options = read_options(config, registry);
    let read = read::read(&mut session, &options, &|what| progress.say(&format!("reading {what}"))).await;
    session.close().await;
    read
}

/// What the snapshot must hold for the checks that are on.
pub fn read_options(config: &Config, registry: &Registry) -> ReadOptions {
    let enabled = registry.all().iter().filter(|c| config.enables(&c.about.name));
    ReadOptions {
        schemas: config.schemas.clone(),
        statements: config.workload.top,
        plans: config.workload.plans,
        sql_checks: enabled.filter_map(Check::sql_check).collect(),
    }
}
