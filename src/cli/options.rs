//! Options that several commands share.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::pipeline::Looked;
use crate::check::Finding;
use crate::error::{Error, Result};
use crate::report;
use crate::twin::index_size::SizeModel;

/// What holds for every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Settings [default: dbharden.toml, where there is one]
    #[arg(long, global = true, help_heading = "Global options", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Also list the statements that could not be analysed, and why
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,
    /// How to print the result
    #[arg(long, global = true, help_heading = "Global options", value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Colour: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, help_heading = "Global options", value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, as wide as the terminal
    Table,
    /// For programs: one object, described by docs/*.schema.json
    Json,
    /// For pull-request comments
    Markdown,
    /// Test report for CI (drift and lint only)
    Junit,
    /// For code scanning (drift and lint only)
    Sarif,
    /// Annotations of GitHub Actions (drift, lint and rehearse only)
    Github,
    /// Code quality of GitLab (lint only)
    Gitlab,
    /// A page that needs nothing else (isolation only)
    Html,
}

impl Format {
    /// Whether only some commands have it.
    pub fn is_for_some(self) -> bool {
        matches!(self, Format::Junit | Format::Sarif | Format::Github | Format::Gitlab | Format::Html)
    }

    /// Refuses what commands do not have that only print a table or JSON.
    ///
    /// # Errors
    /// It is another form.
    pub fn is_table_or_json(self) -> Result<()> {
        match self {
            Format::Table | Format::Json => Ok(()),
            _ => Err(Error::new("this command prints a table or JSON").fix("use --format table or json")),
        }
    }

    /// What the others say to it.
    pub fn is_for_others(self) -> Error {
        let name = self.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
        Error::new(format!("--format {name} is not for this command"))
            .because("only `dbharden drift` and `dbharden lint` report in that form; in `github` also `rehearse`, in `gitlab` only `lint`, in `html` only `isolation`")
            .fix("use --format table, json or markdown")
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The database, or what was saved of it.
#[derive(Debug, Clone, Args)]
pub struct Source {
    /// The tool that runs the migrations, whose ledger is then read; set by commands that have such an option.
    #[arg(skip)]
    pub layout: Option<crate::migration::Layout>,
    /// postgresql://user@host:5432/database, or keyword=value [default: $DATABASE_URL, else PGHOST, PGUSER ...]
    #[arg(value_name = "URL")]
    pub url: Option<String>,
    /// Look at a saved snapshot, offline
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub snapshot: Option<PathBuf>,
    /// Figures (statistics, workload, activity) of production from its snapshot; the schema is this database's
    #[arg(long, value_name = "FILE", conflicts_with = "replica")]
    pub stats: Option<PathBuf>,
    /// Also count what this replica served (repeatable)
    #[arg(long, value_name = "URL", conflicts_with = "snapshot")]
    pub replica: Vec<String>,
    /// Statements with figures in comments, in place of pg_stat_statements
    #[arg(long, value_name = "FILE.sql")]
    pub workload: Option<PathBuf>,
    /// Also use the checks in DIR/<group>/<name>/ (repeatable; ./checks is used when it holds any)
    #[arg(long, value_name = "DIR")]
    pub checks: Vec<PathBuf>,
    /// The table of tenants, SQL-quoted: public."Team" [default: inferred]
    #[arg(long, value_name = "TABLE")]
    pub tenant_root: Option<String>,
    /// A name of the column that holds the tenant (repeatable) [default: inferred]
    #[arg(long, value_name = "COLUMN")]
    pub tenant_key: Vec<String>,
    /// Processes of the application that connect to the database
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    pub instances: Option<i64>,
    /// Most that all proposed indexes may take: 500MB, 2GB, 20% of the tables
    #[arg(long, value_name = "SIZE")]
    pub index_budget: Option<String>,
    /// Most indexes proposed
    #[arg(long, value_name = "N")]
    pub max_indexes: Option<usize>,
    /// Rank indexes by a cost model, without a planner twin and without asking the database in its place
    #[arg(long)]
    pub no_twin: bool,
    /// Ask the database for no plan, neither as evidence nor where no planner twin can be built
    #[arg(long)]
    pub no_explain: bool,
    /// Also read the ends of indexed columns, which are user data: for exact plans in the twin
    #[arg(long, conflicts_with = "snapshot")]
    pub read_extremes: bool,
    /// Also count rows without a tenant, of another tenant than their parent's, and without a parent: reads tables
    #[arg(long, conflicts_with = "snapshot")]
    pub count_rows: bool,
    /// How sizes of indexes are reckoned
    #[arg(long, value_enum, default_value = "real", hide = true)]
    pub index_sizes: SizeModel,
}

impl Source {
    /// How to name the same source in a command to type; a URL may hold a password and is not repeated.
    pub fn as_typed(&self) -> String {
        let quoted = |path: &PathBuf| shell_word(&path.to_string_lossy());
        let mut words: Vec<String> = Vec::new();
        words.extend(self.url.as_ref().map(|_| "URL".to_owned()));
        words.extend(self.snapshot.iter().map(|f| format!("--snapshot {}", quoted(f))));
        words.extend(self.stats.iter().map(|f| format!("--stats {}", quoted(f))));
        words.extend(self.replica.iter().map(|_| "--replica URL".to_owned()));
        words.extend(self.workload.iter().map(|f| format!("--workload {}", quoted(f))));
        words.extend(self.checks.iter().map(|d| format!("--checks {}", quoted(d))));
        words.extend(self.tenant_root.iter().map(|t| format!("--tenant-root {}", shell_word(t))));
        words.extend(self.tenant_key.iter().map(|k| format!("--tenant-key {}", shell_word(k))));
        words.extend(self.instances.map(|n| format!("--instances {n}")));
        words.extend(self.index_budget.iter().map(|s| format!("--index-budget {}", shell_word(s))));
        words.extend(self.max_indexes.map(|n| format!("--max-indexes {n}")));
        words.extend(self.no_twin.then(|| "--no-twin".to_owned()));
        words.extend(self.no_explain.then(|| "--no-explain".to_owned()));
        words.extend(self.count_rows.then(|| "--count-rows".to_owned()));
        words.extend(self.read_extremes.then(|| "--read-extremes".to_owned()));
        words.join(" ")
    }
}

/// A word as a shell reads it back.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Which findings are shown (and, with `plan`, get migrations).
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// The N most valuable findings
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Findings of this check only (repeatable)
    #[arg(long, value_name = "CHECK")]
    pub only: Vec<String>,
    /// All findings
    #[arg(long, conflicts_with = "top")]
    pub all: bool,
}

impl Selection {
    /// Names of the checks in `--only`; empty = all.
    ///
    /// # Errors
    /// Names a check that does not exist or is off.
    pub fn checks(&self, looked: &Looked) -> Result<BTreeSet<String>> {
        let name = |given: &String| {
            let check = looked
                .registry
                .find(given)
                .ok_or_else(|| Error::new(format!("there is no check {given}")).fix("`dbharden explain --list` lists them"))?;
            if !looked.config.enables(&check.about.name) {
                return Err(Error::new(format!("the check {} is off", check.about.name))
                    .because("the configuration disables it")
                    .fix("take it out of `disable`"));
            }
            Ok(check.about.name.clone())
        };
        self.only.iter().map(name).collect()
    }

    /// Fingerprints of the most valuable findings of these checks, `default` of them when the user does not say how many
    /// (`None` = all).
    pub fn choose(&self, findings: &[Finding], checks: &BTreeSet<String>, default: Option<usize>) -> BTreeSet<String> {
        let top = if self.all { None } else { self.top.or(default) };
        let order = report::most_valuable(findings.iter().filter(|f| checks.is_empty() || checks.contains(&f.check)));
        order.into_iter().take(top.unwrap_or(usize::MAX)).map(|f| f.fingerprint.clone()).collect()
    }

    /// Lines a check may take on the screen; `None` when the user asked for all of this check.
    pub fn lines_per_check(&self) -> Option<usize> {
        if self.all && !self.only.is_empty() { None } else { Some(report::LINES_PER_CHECK) }
    }
}
