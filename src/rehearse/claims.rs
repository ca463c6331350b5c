//! Whether `plan.toml` says the locks that were seen: who signs a migration reads them there.

use super::rehearsal::{Held, Rehearsal, Step};
use crate::error::Result;
use crate::migration::{Layout, MigrationFile, PlannedStatement, folder_of};
use crate::plan::LockMode;

/// Notes what does not agree, in our own layout.
///
/// # Errors
/// A `plan.toml` cannot be read.
pub(super) fn check(files: &[MigrationFile], layout: Option<Layout>, seen: &mut [Rehearsal]) -> Result<()> {
    if layout != Some(Layout::Dbharden) {
        return Ok(());
    }
    for (file, seen) in files.iter().zip(seen) {
        let Some(folder) = folder_of(&file.path)? else { continue };
        for step in &mut seen.statements {
            if let Some(claim) = folder.plan.up.iter().find(|s| s.hash == step.hash) {
                step.disagrees = disagreement(claim, step);
            }
        }
    }
    Ok(())
}

fn disagreement(claim: &PlannedStatement, step: &Step) -> Option<String> {
    // what every query takes is not claimed
    let strong = |h: &&Held| h.mode >= LockMode::ShareUpdateExclusive;
    let strongest = step.locks.iter().find(strong);
    match (claim.lock, strongest) {
        (None, None) => None,
        // a backfill's, which an empty copy does not even take
        (Some(mode), None) if mode < LockMode::ShareUpdateExclusive => None,
        (Some(mode), Some(held)) if mode == held.mode => {
            let claimed = claim.locks.as_deref().unwrap_or_default();
            let is_named = |name: &str| claimed == name || claimed.starts_with(&format!("{name} "));
            let names = |h: &Held| is_named(&h.relation) || h.index_of.as_deref().is_some_and(is_named);
            let known = step.locks.iter().filter(strong).filter(|h| h.mode == mode).any(names);
            (!known).then(|| format!("plan.toml says {mode} on {claimed}, seen: {mode} on {}", held.relation))
        }
        (claimed, seen) => {
            let claimed = match (claimed, &claim.locks) {
                (Some(mode), Some(relation)) => format!("{mode} on {relation}"),
                _ => "no lock".to_owned(),
            };
            let seen = seen.map_or_else(|| "no lock on what others use".to_owned(), |h| format!("{} on {}", h.mode, h.relation));
            Some(format!("plan.toml says {claimed}, seen: {seen}"))
        }
    }
}
