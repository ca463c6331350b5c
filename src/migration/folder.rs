//! Reading migrations that were written before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::rehearsed::{Rehearsed, without_block};
use super::render;
use crate::error::{Context, Error, Result};
use crate::hash;
use crate::plan::{Change, Hazard, LockMode, Step, Timeouts};

/// How the names of folders begin that are being written.
pub(super) const STAGING: &str = ".dbharden-";

/// `plan.toml`: what a program needs to know of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanFile {
    /// Version of this file's format.
    pub format: u32,
    /// The same change has the same key in every run.
    pub key: String,
    /// What it does, in a few words.
    pub title: String,
    /// Fingerprints of the findings it cures.
    pub cures: Vec<String>,
    /// The same findings as a waiver names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<CuredFinding>,
    /// Hash of `up.sql`, to see whether a person changed it.
    pub up_hash: String,
    /// Hash of `down.sql`.
    pub down_hash: String,
    /// The change itself.
    pub change: Change,
    /// Statements of `up.sql` in order.
    pub up: Vec<PlannedStatement>,
    /// Statements of `down.sql` in order.
    pub down: Vec<PlannedStatement>,
    /// What `dbharden rehearse --write` has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearsed: Option<Rehearsed>,
}

/// A finding that a migration cures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CuredFinding {
    /// Name of its check.
    pub check: String,
    /// Its object, SQL-quoted.
    pub object: String,
}

/// A statement of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedStatement {
    /// Hash of its text: by this a broken run is resumed.
    pub hash: String,
    /// Strongest lock on a table that others use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<LockMode>,
    /// The relation locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locks: Option<String>,
    /// Timeouts it runs under.
    pub timeouts: Timeouts,
    /// Whether it may run inside a transaction block.
    pub in_transaction: bool,
    /// What to know before saying yes.
    pub hazards: Vec<Hazard>,
}

/// One migration on disk.
#[derive(Debug, Clone)]
pub struct Folder {
    /// `20261121084601_index_lead_userid_status`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its `plan.toml`.
    pub plan: PlanFile,
    /// Whether `up.sql` or `down.sql` is no longer as it was written.
    pub edited: bool,
}

/// Migrations of dbharden in a directory, by name. A directory that is not there holds none. Folders without `plan.toml` belong to
/// somebody else and are left alone.
///
/// # Errors
/// A `plan.toml` that cannot be read or does not parse: half a file must not pass for none.
pub fn read_all(directory: &Path) -> Result<Vec<Folder>> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(directory).context(format!("cannot read {}", directory.display()))?;
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|p| !is_staging(p) && p.join("plan.toml").is_file()).collect();
    paths.sort();
    paths.iter().map(|p| read(p)).collect()
}

/// The folder of an `up.sql`; `None` where it has no `plan.toml`.
///
/// # Errors
/// As [`read_all`].
pub fn folder_of(up: &Path) -> Result<Option<Folder>> {
    up.parent().filter(|p| p.join("plan.toml").is_file()).map(read).transpose()
}

/// Whether it is one of our folders that has not got its name yet: a run writes it now, or was killed while it did.
pub(super) fn is_staging(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(STAGING))
}

impl Folder {
    /// Whether it still does what the step wants on the tables as they are: other partitions, or another index that takes over the work
    /// of a dropped one, make the gates of the file refuse.
    pub fn fits(&self, step: &Step) -> bool {
        let kept = |change: &Change| match change {
            Change::DropIndex(drop) => drop.kept.clone(),
            Change::CreateIndex(_) | Change::Backfill(_) | Change::Alter(_) => None,
        };
        let locked = |mode: Option<LockMode>| matches!(mode, Some(LockMode::ShareUpdateExclusive | LockMode::Share));
        let ours: BTreeSet<&str> = self.plan.up.iter().filter(|s| locked(s.lock)).filter_map(|s| s.locks.as_deref()).collect();
        let wanted: BTreeSet<&str> = step
            .up
            .iter()
            .filter_map(|s| s.lock.as_ref())
            .filter(|l| locked(Some(l.mode)))
            .map(|l| l.relation.as_str())
            .collect();
        kept(&self.plan.change) == kept(&step.change) && ours == wanted
    }
}

fn read(path: &Path) -> Result<Folder> {
    let text =
        |file: &str| std::fs::read_to_string(path.join(file)).context(format!("cannot read {}", path.join(file).display()));
    let written = text("plan.toml")?;
    let format = toml::from_str::<toml::Table>(&written).ok().and_then(|t| t.get("format")?.as_integer());
    if let Some(newer) = format.filter(|f| *f > i64::from(render::FORMAT)) {
        return Err(Error::new(format!("{} has format {newer}", path.join("plan.toml").display()))
            .because("a later dbharden wrote it")
            .fix("use that version, or a newer one"));
    }
    let plan: PlanFile = toml::from_str(&written).map_err(|e| {
        Error::new(format!("{} is not whole", path.join("plan.toml").display()))
            .because(e.message())
            .fix("restore the folder from version control, or delete it and run `dbharden plan` again")
    })?;
    let same = |file: &str, hash: &str| text(file).map(|t| hash::hash(&[&without_block(&t)]) == *hash);
    let edited = !same("up.sql", &plan.up_hash)? || !same("down.sql", &plan.down_hash)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Folder { name, path: path.to_owned(), plan, edited })
}
