//! Whether the undo brings back the identical catalog: the file runs, then its undo, and what is there is compared with what was there.

use super::copy::{Contents, Copy, Runs};
use super::rehearsal::Undo;
use crate::diff::{Scope, What, compare};
use crate::error::{Error, Result};
use crate::migration::MigrationFile;

/// The database it is tried in.
const TRIAL: &str = "dbharden_undo";
/// Differences that are named.
const NAMED: usize = 20;

/// Tries the undo of a file in a double of `database`, where the file has just run.
///
/// # Errors
/// The server is gone.
pub(super) async fn undo(copy: &Copy, database: &str, before: &Contents, down: &MigrationFile, runs: &Runs<'_>) -> Result<Undo> {
    copy.double(database, TRIAL).await?;
    let ran = copy.run_in(TRIAL, down, runs).await;
    let undone = match ran {
        Err(error) => Undo::Fails { error: said(&error) },
        Ok(_) => {
            let differences = differences(before, &copy.objects_of(TRIAL).await?);
            if differences.is_empty() { Undo::Identical } else { Undo::Differs { differences } }
        }
    };
    copy.forget(TRIAL).await?;
    Ok(undone)
}

/// What went wrong, without what to do: that is for somebody who runs it in earnest.
pub(super) fn said(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// In what the second is not as the first, in words: `index public.x is new`.
pub(super) fn differences(before: &Contents, after: &Contents) -> Vec<String> {
    let scope = Scope { column_order: true, ..Scope::WHOLE };
    let mut said: Vec<String> = compare(&before.objects, &after.objects, &scope)
        .into_iter()
        .map(|d| {
            let what = match d.what {
                What::OnlyFrom => "is gone".to_owned(),
                What::OnlyTo => "is new".to_owned(),
                What::Changed(facets) => {
                    let one = |t: &Option<String>| t.clone().unwrap_or_else(|| "nothing".to_owned());
                    let facets: Vec<String> =
                        facets.iter().map(|f| format!("{}: {} -> {}", f.name, one(&f.from), one(&f.to))).collect();
                    facets.join("; ")
                }
            };
            format!("{} {what}", d.id)
        })
        .collect();
    for (table, rows) in &after.rows {
        let was = before.rows.get(table).copied().unwrap_or(0);
        if was != *rows {
            said.push(format!("table {table} has {rows} rows, it had {was}"));
        }
    }
    let gone = before.rows.keys().filter(|t| !after.rows.contains_key(t));
    said.extend(gone.map(|table| format!("table {table} has lost its rows")));
    if said.len() > NAMED {
        let more = said.len() - NAMED;
        said.truncate(NAMED);
        said.push(format!("and {more} more"));
    }
    said
}
