//! Whether a second run is harmless: it does nothing, or is refused before it has done anything.

use super::copy::{Contents, Copy, Runs};
use super::rehearsal::Again;
use super::undo::{differences, said};
use crate::error::Result;
use crate::migration::MigrationFile;

/// The database it is tried in.
const TRIAL: &str = "dbharden_again";

/// Runs a file a second time in a double of `database`, where it has just run and which holds `once`.
///
/// # Errors
/// The server is gone.
pub(super) async fn again(copy: &Copy, database: &str, once: &Contents, file: &MigrationFile, runs: &Runs<'_>) -> Result<Again> {
    copy.double(database, TRIAL).await?;
    let ran = copy.run_in(TRIAL, file, runs).await;
    let differences = differences(once, &copy.objects_of(TRIAL).await?);
    copy.forget(TRIAL).await?;
    let error = ran.err().map(|e| said(&e));
    Ok(match (differences.is_empty(), error) {
        (true, None) => Again::Harmless,
        (true, Some(error)) => Again::Refused { error },
        (false, error) => Again::Harmful { differences, error },
    })
}
