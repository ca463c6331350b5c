//! The pending files once more, one after the other, in a double of the copy: after each its undo and its second run are tried.

use super::copy::{Copy, Runs};
use super::rehearsal::{Again, Rehearsal, Undo};
use super::{again, undo};
use crate::error::Result;
use crate::migration::MigrationFile;

/// A double of the copy, made before the files run in it.
pub(super) const START: &str = "dbharden_trial";

/// Tries them; `seen` gets what became of it.
///
/// # Errors
/// The server is gone, or a file beside an undo cannot be read.
pub(super) async fn run(copy: &Copy, files: &[MigrationFile], runs: &Runs<'_>, seen: &mut [Rehearsal]) -> Result<()> {
    let mut before = copy.objects_of(START).await?;
    for (file, seen) in files.iter().zip(seen) {
        // settings that a tool keeps from one file to the next are not kept here: what fails for want of them is not tried
        if let Err(error) = copy.run_in(START, file, runs).await {
            let because = format!("alone the file does not run: {}", undo::said(&error));
            seen.again = Again::NotTried { because: because.clone() };
            seen.undo = Undo::NotTried { because };
            return Ok(());
        }
        let after = copy.objects_of(START).await?;
        seen.again = again::again(copy, START, &after, file, runs).await?;
        if let Some(down) = runs.layout.map(|l| l.down(file)).transpose()?.flatten() {
            seen.undo = undo::undo(copy, START, &before, &down, runs).await?;
        }
        before = after;
    }
    Ok(())
}
