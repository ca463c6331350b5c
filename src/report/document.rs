//! Everything an output shows, put together once: findings, what was skipped, migrations, counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::advise;
use crate::check::{Finding, Report, Severity, Skipped};
use crate::migration::{Folder, Outcome};
use crate::plan::Plan;
use crate::snapshot::Snapshot;
use crate::snapshot::workload::Source;
use crate::tenancy;

/// Findings at the top of the screen: those that save most.
pub const COSTLIEST: usize = 5;

/// Which command asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `plan`.
    Plan {
        /// Nothing is written.
        dry_run: bool,
    },
    /// `check`.
    Check {
        /// Least severity of a new finding that fails.
        fail_on: Severity,
        /// Today's findings are being accepted.
        accepting: bool,
    },
}

/// Everything an output shows.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// Version of dbharden.
    pub dbharden: String,
    /// What was looked at.
    pub server: ServerLine,
    /// What was found, in listing order.
    pub findings: Vec<Listed>,
    /// What was found and is waived in the config.
    pub waived: Vec<Waived>,
    /// What could not be looked at.
    pub skipped: Vec<Skipped>,
    /// Migrations written now and before.
    pub migrations: Vec<Migration>,
    /// Remarks about the whole.
    pub notes: Vec<String>,
    /// What the planner twin's search for indexes came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<advise::search::Summary>,
    /// Whose rows are whose, where there are tenants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenancy: Option<tenancy::Summary>,
    /// Counts.
    pub summary: Summary,
    /// Which command asks.
    #[serde(skip)]
    pub mode: Mode,
    /// Where the migrations are.
    #[serde(skip)]
    pub directory: PathBuf,
    /// Statements that could not be analysed, with the reason.
    #[serde(skip)]
    pub unreadable: Vec<(String, String)>,
    /// Lines a check may take on the screen.
    #[serde(skip)]
    pub lines_per_check: Option<usize>,
    /// The source as the user typed it, without a URL's text.
    #[serde(skip)]
    pub typed: String,
    /// Whose command runs the migrations.
    #[serde(skip)]
    pub layout: crate::migration::Layout,
}

/// What was looked at.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ServerLine {
    /// `server_version`.
    pub version: String,
    /// Major version.
    pub major: u32,
    /// The database.
    pub database: String,
    /// A standby.
    pub in_recovery: bool,
    /// When it was read, seconds since 1970.
    pub taken_at: i64,
    /// Tables, partitions counted too.
    pub tables: usize,
    /// Bytes of the database.
    pub bytes: Option<i64>,
    /// Statements of the workload; `None` when there is none to see.
    pub statements: Option<usize>,
    /// Since when the workload was counted, seconds since 1970.
    pub workload_since: Option<i64>,
}

/// A finding and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// It stands in the file of accepted findings.
    pub accepted: bool,
    /// Shown on the screen.
    #[serde(skip)]
    pub shown: bool,
}

/// A finding that the config waives.
#[derive(Debug, Clone, Serialize)]
pub struct Waived {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it is right as it is.
    pub reason: String,
}

/// What became of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Written now.
    Written,
    /// Would be written.
    Planned,
    /// Was there and waits to be applied.
    Pending,
    /// Its change is in the database.
    Applied,
    /// No finding asks for it any more.
    Obsolete,
}

/// A migration of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Migration {
    /// Name of its folder.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// What it does.
    pub title: String,
    /// Fingerprints of the findings it cures.
    pub cures: Vec<String>,
    /// Whether a person changed its files.
    pub edited: bool,
    /// Bytes it adds, estimated.
    pub bytes: Option<i64>,
    /// Seconds it takes, estimated.
    pub seconds: Option<f64>,
}

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Findings.
    pub findings: usize,
    /// Those that nobody accepted.
    pub new: usize,
    /// Counts by severity.
    pub by_severity: BTreeMap<Severity, usize>,
    /// Counts by group, then severity.
    pub by_group: BTreeMap<String, BTreeMap<Severity, usize>>,
    /// Findings that the config waives.
    pub waived: usize,
    /// Things not looked at that nobody acknowledged.
    pub skipped: usize,
    /// Things not looked at that the config acknowledges.
    pub acknowledged: usize,
    /// Statements of the workload that could not be analysed.
    pub unreadable_statements: usize,
}

impl Document {
    /// A report on what the checks say.
    pub fn new(mode: Mode, snapshot: &Snapshot, report: Report) -> Self {
        let listed = |finding| Listed { finding, accepted: false, shown: true };
        let mut document = Self {
            dbharden: env!("CARGO_PKG_VERSION").to_owned(),
            server: ServerLine::of(snapshot),
            findings: report.findings.into_iter().map(listed).collect(),
            waived: report.waived.into_iter().map(|(finding, reason)| Waived { finding, reason }).collect(),
            skipped: report.skipped,
            migrations: Vec::new(),
            notes: report.notes,
            advice: report.advice,
            tenancy: report.tenancy,
            summary: Summary::default(),
            mode,
            directory: PathBuf::new(),
            unreadable: report.unreadable,
            lines_per_check: Some(super::LINES_PER_CHECK),
            typed: String::new(),
            layout: crate::migration::Layout::Dbharden,
        };
        document.count();
        document
    }

    /// Adds what became of the plan on disk.
    pub fn add_migrations(&mut self, plan: &Plan, outcome: Outcome, directory: &Path) {
        let estimate = |key: &str| plan.steps.iter().find(|s| s.change.key() == key).map(|s| (s.bytes, s.seconds));
        let new = if self.mode == (Mode::Plan { dry_run: false }) { Status::Written } else { Status::Planned };
        for rendered in outcome.written {
            let (bytes, seconds) = estimate(&rendered.plan.key).unwrap_or_default();
            let (title, cures) = (rendered.plan.title, rendered.plan.cures);
            self.migrations.push(Migration { name: rendered.name, status: new, title, cures, edited: false, bytes, seconds });
        }
        let mut there = |folders: Vec<Folder>, status: Status| {
            for folder in folders {
                let (bytes, seconds) = estimate(&folder.plan.key).unwrap_or_default();
                let Folder { name, plan: file, edited, .. } = folder;
                self.migrations.push(Migration { name, status, title: file.title, cures: file.cures, edited, bytes, seconds });
            }
        };
        there(outcome.pending, Status::Pending);
        there(outcome.applied, Status::Applied);
        there(outcome.obsolete, Status::Obsolete);
        self.migrations.sort_by(|a, b| a.status.cmp(&b.status).then_with(|| a.name.cmp(&b.name)));
        self.directory = directory.to_owned();
    }

    /// Leaves out what other checks say; an empty set leaves all.
    pub fn keep_checks(&mut self, checks: &BTreeSet<String>) {
        if checks.is_empty() {
            return;
        }
        self.findings.retain(|l| checks.contains(&l.finding.check));
        self.waived.retain(|w| checks.contains(&w.finding.check));
        self.skipped.retain(|s| s.check.as_ref().is_none_or(|c| checks.contains(c)));
        self.count();
    }

    /// Shows only these findings on the screen. Counts and JSON still have all.
    pub fn show_only(&mut self, fingerprints: &BTreeSet<String>, lines_per_check: Option<usize>) {
        for listed in &mut self.findings {
            listed.shown = fingerprints.contains(&listed.finding.fingerprint);
        }
        self.lines_per_check = lines_per_check;
    }

    /// Marks findings that were accepted before.
    pub fn accept(&mut self, fingerprints: &BTreeSet<String>) {
        for listed in &mut self.findings {
            listed.accepted = fingerprints.contains(&listed.finding.fingerprint);
        }
        self.count();
    }

    /// Counts afresh.
    pub fn count(&mut self) {
        let mut summary = Summary {
            findings: self.findings.len(),
            new: self.findings.iter().filter(|l| !l.accepted).count(),
            waived: self.waived.len(),
            skipped: self.skipped.iter().filter(|s| !s.acknowledged).count(),
            acknowledged: self.skipped.iter().filter(|s| s.acknowledged).count(),
            unreadable_statements: self.unreadable.len(),
            ..Summary::default()
        };
        for Listed { finding, .. } in &self.findings {
            *summary.by_severity.entry(finding.severity).or_default() += 1;
            *summary.by_group.entry(finding.group.clone()).or_default().entry(finding.severity).or_default() += 1;
        }
        self.summary = summary;
    }
}

impl ServerLine {
    /// Of a snapshot.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let workload = &snapshot.workload;
        Self {
            version: snapshot.server.version.clone(),
            major: snapshot.server.major(),
            database: snapshot.server.database.clone(),
            in_recovery: snapshot.server.in_recovery,
            taken_at: snapshot.taken_at,
            tables: snapshot.catalog.relations.values().filter(|r| r.is_table()).count(),
            bytes: snapshot.server.database_bytes,
            statements: (workload.source != Source::None).then_some(workload.statements.len()),
            workload_since: workload.since,
        }
    }
}

/// Findings with the most valuable first: the few that save most time, then what is wrong now, then by what they save. Data at risk
/// saves no time, and must not stand behind a hundred slow queries.
pub fn most_valuable<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<&'f Finding> {
    let mut order: Vec<&Finding> = findings.into_iter().collect();
    order.sort_by(|a, b| Finding::listing_order(a, b));
    let costliest = order.iter().take(COSTLIEST).take_while(|f| f.saves_ms_per_day.is_some()).count();
    order[costliest..].sort_by(|a, b| {
        (b.severity == Severity::Error).cmp(&(a.severity == Severity::Error)).then_with(|| Finding::listing_order(a, b))
    });
    order
}
