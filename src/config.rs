//! `dbharden.toml`: every setting with its default stands in `dbharden.example.toml`, which a test parses. Flags override it.

mod partitioning;
mod tenancy;
mod waiver;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wildmatch::WildMatch;

use crate::check::{Registry, Severity};
use crate::error::{Context, Error, Result};

pub use partitioning::{Incoming, Interval, Partitioning};
pub use tenancy::{Flavour, Stage, TenancySettings};
pub use waiver::{SkipWaiver, Waiver};
use waiver::{day_end, is_over};

/// Name of the file that is read from the working directory when no `--config` is given.
pub const FILE_NAME: &str = "dbharden.toml";

/// All settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Schemas to look at; empty = all that users made.
    pub schemas: Vec<String>,
    /// Where migrations are written.
    pub out: PathBuf,
    /// Directories with checks of your own; `./checks` is looked at in any case when it holds any.
    pub check_dirs: Vec<PathBuf>,
    /// Checks that are off.
    pub disable: Vec<String>,
    /// Least severity of a new finding that fails `check`.
    pub fail_on: Severity,
    /// Whose rows are whose.
    pub tenancy: TenancySettings,
    /// Tables that are to be cut by time.
    pub partitioning: Vec<Partitioning>,
    /// The clients of the database.
    pub connections: ConnectionSettings,
    /// Reading the workload.
    pub workload: WorkloadSettings,
    /// Index advice.
    pub advice: AdviceSettings,
    /// Generated migrations.
    pub migration: MigrationSettings,
    /// Who approves migrations.
    pub review: ReviewSettings,
    /// Running migrations.
    pub apply: ApplySettings,
    /// Options of checks: `[checks.missing-index] min_rows = 1000`.
    pub checks: BTreeMap<String, BTreeMap<String, toml::Value>>,
    /// The drift check.
    pub drift: DriftSettings,
    /// The rules for migration files.
    pub lint: LintSettings,
    /// Findings that are known and accepted.
    pub ignore: Vec<Waiver>,
    /// Things that cannot be looked at and are known not to be.
    pub skip: Vec<SkipWaiver>,
}

/// `[connections]`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionSettings {
    /// Processes of the application.
    pub instances: Option<i64>,
    /// Pools each of them opens.
    pub pools: Option<i64>,
    /// Connections a pool may open (Prisma's `connection_limit`).
    pub connection_limit: Option<i64>,
}

/// `[workload]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkloadSettings {
    /// Statements that are analysed, those with most total time.
    pub top: usize,
    /// Statements whose plan of today is read as evidence.
    pub plans: usize,
}

/// `[advice]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdviceSettings {
    /// Whether indexes are proven in a planner twin; else a cost model ranks them.
    pub twin: bool,
    /// Whether the database itself is asked for plans where no twin can be built: with HypoPG where that is there, else EXPLAIN alone.
    pub on_target: bool,
    /// Most that all proposed indexes may take: `500MB`, `2GB`, or `20%` of the tables. Empty = no limit.
    pub index_budget: Option<String>,
    /// Most indexes proposed. Empty = no limit.
    pub max_indexes: Option<usize>,
    /// Plans that the search may ask the twin for, beyond those that every statement needs once; of the database itself, plans in all.
    pub plans: usize,
}

/// `[migration]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MigrationSettings {
    /// `lock_timeout` of statements that others would wait behind, milliseconds.
    pub lock_timeout_ms: u32,
    /// The tool that runs them, where it is another.
    pub layout: Option<crate::migration::layout::Layout>,
}

/// `[review]`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewSettings {
    /// Who approves; empty = git in a repository, else the file.
    pub by: Option<ReviewBy>,
    /// The branch whose files are approved; empty = origin/HEAD, origin/main, origin/master, main, master.
    pub branch: Option<String>,
}

/// Who approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewBy {
    /// What stands on the protected branch is approved: the pull request was the review.
    Git,
    /// `reviews.toml` beside the migrations.
    File,
}

/// `[apply]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApplySettings {
    /// After so long a statement that does not get its lock is given up, seconds.
    pub give_up_after_s: u64,
    /// Length of a backfill's batch that is aimed at, milliseconds.
    pub batch_ms: u64,
    /// A backfill rests while a replica is further behind, bytes.
    pub max_replica_lag_bytes: i64,
    /// A backfill rests while a transaction of this database is older, seconds.
    pub max_transaction_s: u64,
}

impl Default for ApplySettings {
    fn default() -> Self {
        Self { give_up_after_s: 600, batch_ms: 200, max_replica_lag_bytes: 64 * 1024 * 1024, max_transaction_s: 300 }
    }
}

/// `[drift]`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftSettings {
    /// What the live database should be: a folder of migrations, a file.
    pub desired: Option<PathBuf>,
    /// Whose folder it is, where that is not clear.
    pub layout: Option<crate::migration::layout::Layout>,
    /// The role that runs the files.
    pub role: Option<String>,
    /// Schemas that are not compared.
    pub ignore_schemas: Vec<String>,
    /// Values of placeholders in files.
    pub placeholders: BTreeMap<String, String>,
    /// Differences that are known.
    pub ignore: Vec<DriftIgnore>,
}

/// `[lint]`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LintSettings {
    /// Rules that are off by default and wanted: names, ids, or `all`.
    pub enable: Vec<String>,
    /// Version of the server: `15`, `14.3`. Empty = the database's, else the newest.
    pub pg_version: Option<String>,
    /// Whether each file runs in a transaction. Empty = as its tool does it.
    pub transaction: Option<bool>,
}

impl LintSettings {
    /// The version, where one is named.
    ///
    /// # Errors
    /// It is none.
    pub fn pg_version(&self) -> Result<Option<crate::lint::PgVersion>> {
        let parse = |v: &String| v.parse().map_err(|e: String| Error::new("`[lint] pg_version` is no version").because(e));
        self.pg_version.as_ref().map(parse).transpose()
    }
}

/// `[[drift.ignore]]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriftIgnore {
    /// Glob on the SQL-quoted path of the object.
    pub object: String,
    /// Only objects of this kind: `table`, `index`, `column`.
    #[serde(default)]
    pub kind: Option<crate::snapshot::objects::Kind>,
    /// Why this is right as it is.
    pub reason: String,
    /// Last day on which it holds: `2027-06-30`.
    #[serde(default)]
    pub until: Option<String>,
}

impl DriftIgnore {
    /// Whether it is meant for this difference.
    pub fn covers(&self, finding: &crate::drift::outcome::Finding) -> bool {
        self.kind.is_none_or(|k| k == finding.kind) && WildMatch::new(&self.object).matches(&finding.object)
    }

    /// Whether its last day is over at `now`, seconds since 1970.
    pub fn expired(&self, now: i64) -> bool {
        is_over(self.until.as_deref(), now)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            schemas: Vec::new(),
            out: PathBuf::from("generated-migrations"),
            check_dirs: Vec::new(),
            disable: Vec::new(),
            fail_on: Severity::Warning,
            tenancy: TenancySettings::default(),
            partitioning: Vec::new(),
            connections: ConnectionSettings::default(),
            workload: WorkloadSettings::default(),
            advice: AdviceSettings::default(),
            migration: MigrationSettings::default(),
            review: ReviewSettings::default(),
            apply: ApplySettings::default(),
            checks: BTreeMap::new(),
            drift: DriftSettings::default(),
            lint: LintSettings::default(),
            ignore: Vec::new(),
            skip: Vec::new(),
        }
    }
}

impl Default for WorkloadSettings {
    fn default() -> Self {
        Self { top: 5_000, plans: 30 }
    }
}

impl Default for AdviceSettings {
    fn default() -> Self {
        Self { twin: true, on_target: true, index_budget: None, max_indexes: None, plans: 2_000 }
    }
}

impl AdviceSettings {
    /// The budget in bytes, of tables of so many bytes; `None` = no limit.
    ///
    /// # Errors
    /// It is no size.
    pub fn budget(&self, table_bytes: i64) -> Result<Option<i64>> {
        let Some(text) = &self.index_budget else { return Ok(None) };
        let wrong = || {
            Error::new(format!("cannot use the index budget {}", crate::ident::one_line(text)))
                .because("it is no size")
                .fix("write 500MB, 2GB, or 20% (of the tables' size)")
        };
        let digits = text.trim().find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.trim().len());
        let (number, unit) = text.trim().split_at(digits);
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let bytes = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => number,
            "kb" => number * 1024.0,
            "mb" => number * 1024.0 * 1024.0,
            "gb" => number * 1024.0 * 1024.0 * 1024.0,
            "tb" => number * 1024.0 * 1024.0 * 1024.0 * 1024.0,
            "%" => table_bytes as f64 * number / 100.0,
            _ => return Err(wrong()),
        };
        Ok(Some(bytes as i64))
    }
}

impl Default for MigrationSettings {
    fn default() -> Self {
        Self { lock_timeout_ms: 300, layout: None }
    }
}

impl Config {
    /// Reads the file named, or `dbharden.toml` where there is one, or the defaults.
    ///
    /// # Errors
    /// A file that is named and missing, does not parse, or has an unknown setting or a date that is none.
    pub fn load(path: Option<&Path>) -> Result<Self> {
        let file = match path {
            Some(path) => path,
            None if Path::new(FILE_NAME).exists() => Path::new(FILE_NAME),
            None => return Ok(Self::default()),
        };
        let text = std::fs::read_to_string(file).context(format!("cannot read {}", file.display()))?;
        Self::parse(&text).map_err(|e| {
            Error::new(format!("{} is not a valid configuration", file.display()))
                .because(e)
                .fix("dbharden.example.toml lists every setting; `dbharden init` writes a fresh one")
        })
    }

    /// Parses a configuration.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).context("it does not parse")?;
        config.tenancy.validate()?;
        config.partitioning.iter().try_for_each(Partitioning::validate)?;
        for until in config
            .ignore
            .iter()
            .map(|w| &w.until)
            .chain(config.skip.iter().map(|s| &s.until))
            .chain(config.drift.ignore.iter().map(|d| &d.until))
            .flatten()
        {
            day_end(until)?;
        }
        Ok(config)
    }

    /// Refuses names of checks and options that do not exist: a typo must not switch a check off silently.
    ///
    /// # Errors
    /// Names the unknown check or option.
    pub fn validate(&self, registry: &Registry) -> Result<()> {
        let named = (self.disable.iter().chain(self.checks.keys()))
            .chain(self.ignore.iter().map(|w| &w.check))
            // commands of their own, not in the registry
            .chain(
                self.skip.iter().map(|s| &s.check).filter(|n| !["drift", "rehearse", "lint", "isolation"].contains(&n.as_str())),
            );
        for name in named.filter(|n| *n != "*") {
            if registry.find(name).is_none() && !crate::lint::rules::exists(name) {
                return Err(Error::new(format!("the configuration names a check that does not exist: {name}"))
                    .fix("`dbharden explain --list` lists them"));
            }
        }
        for (name, options) in &self.checks {
            let known = registry.find(name).map(|c| &c.about.options);
            if let Some(option) = options.keys().find(|o| !known.is_some_and(|k| k.contains_key(*o))) {
                return Err(Error::new(format!("the check {name} has no option {option}"))
                    .fix(format!("`dbharden explain {name}` lists its options")));
            }
        }
        Ok(())
    }

    /// Whether a check is on.
    pub fn enables(&self, check: &str) -> bool {
        !self.disable.iter().any(|d| d == check)
    }
}
