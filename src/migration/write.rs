//! Writing migrations next to those that are there: nothing twice, nothing overwritten, whole folders or none.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::folder::{STAGING, is_staging};
use super::{Folder, Rendered, read_all, render};
use crate::check::Finding;
use crate::error::{Context, Result};
use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// Age of a folder in the making at which nobody is making it any more.
const STALE: Duration = Duration::from_secs(600);

/// What became of a plan on disk.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Migrations written now, in order.
    pub written: Vec<Rendered>,
    /// Migrations that were there already and still wait to be applied.
    pub pending: Vec<Folder>,
    /// Migrations whose change the database already has.
    pub applied: Vec<Folder>,
    /// Migrations that the plan no longer asks for, or no longer in this form: a person deletes them.
    pub obsolete: Vec<Folder>,
}

/// Writes what is new of a plan into `directory`, or only says what would be written. Sets [`Finding::migration`] of what is cured.
///
/// # Errors
/// When the directory cannot be read or written. Folders appear whole: a killed run leaves none half written.
pub fn write(plan: &Plan, findings: &mut [Finding], snapshot: &Snapshot, directory: &Path, dry_run: bool) -> Result<Outcome> {
    write_wanted(plan, findings, snapshot, directory, dry_run, &|_| true)
}

/// As [`write`], but of the steps that have no migration yet only those that are `wanted`, by position. The whole plan is given all the same: a
/// migration on disk is obsolete only when no finding asks for it, not when this run did not look at it.
///
/// # Errors
/// As [`write`].
pub fn write_wanted(
    plan: &Plan,
    findings: &mut [Finding],
    snapshot: &Snapshot,
    directory: &Path,
    dry_run: bool,
    wanted: &dyn Fn(usize) -> bool,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut there: BTreeMap<String, Folder> = BTreeMap::new();
    for folder in read_all(directory)? {
        // two branches may have planned the same: the first does
        match there.entry(folder.plan.key.clone()) {
            Entry::Vacant(place) => {
                place.insert(folder);
            }
            Entry::Occupied(_) => outcome.obsolete.push(folder),
        }
    }
    if !dry_run {
        sweep(directory);
    }
    // what is new comes behind what an earlier plan has brought into the database
    let earlier = there.values().filter(|f| f.plan.change.is_done(snapshot)).filter_map(Folder::time).max();
    let delay = earlier.map_or(0, |last| (last + 1 - snapshot.taken_at).max(0)) as usize;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (position, step) in plan.steps.iter().enumerate() {
        let key = step.change.key();
        let (folder, unfit) = match there.remove(&key) {
            Some(folder) if folder.fits(step) => (Some(folder), None),
            unfit => (None, unfit),
        };
        outcome.obsolete.extend(unfit);
        let name = match folder {
            Some(folder) => {
                let name = folder.name.clone();
                outcome.pending.push(folder);
                name
            }
            None if !wanted(position) => continue,
            None => {
                let rendered = render(step, findings, snapshot, position + delay)?;
                let name = rendered.name.clone();
                if !dry_run {
                    write_folder(directory, &rendered)?;
                }
                outcome.written.push(rendered);
                name
            }
        };
        for cured in &step.cures {
            names.entry(cured.clone()).or_insert_with(|| name.clone()); // the first that cures it is enough
        }
    }
    for finding in findings {
        finding.migration = names.get(&finding.fingerprint).cloned();
    }
    for folder in there.into_values() {
        if folder.plan.change.is_done(snapshot) { outcome.applied.push(folder) } else { outcome.obsolete.push(folder) }
    }
    Ok(outcome)
}

/// Removes what killed runs left behind. A folder in the making is seconds old.
fn sweep(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for path in entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|p| is_staging(p)) {
        let age = fs::metadata(&path).and_then(|m| m.modified()).ok().and_then(|m| m.elapsed().ok());
        if age.is_some_and(|age| age > STALE) {
            // one that cannot be removed is in nobody's way
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Writes into a hidden folder first and renames it: rename is atomic.
fn write_folder(directory: &Path, rendered: &Rendered) -> Result<()> {
    let what = || format!("cannot write {}", directory.join(&rendered.name).display());
    fs::create_dir_all(directory).context(what())?;
    let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(directory).context(what())?;
    let toml = toml::to_string_pretty(&rendered.plan).context(what())?;
    for (file, text) in [("up.sql", &rendered.up), ("down.sql", &rendered.down), ("plan.toml", &toml)] {
        fs::write(staging.path().join(file), text).context(what())?;
    }
    // tempdir() is private to its owner; a migration is read by colleagues and CI
    #[cfg(unix)]
    fs::set_permissions(staging.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).context(what())?;
    fs::rename(staging.path(), directory.join(&rendered.name)).context(what())
}
