//! Where a file stands that was begun: what of it is done, by the ledger and by the database itself.

use std::collections::BTreeSet;

use super::concurrent::{Concurrent, Found};
use super::ledger::Recorded;
use super::session::Worker;
use super::step::{Step, StepKind};
use crate::error::{Error, Result};
use crate::ident::one_line;
use crate::migration::script::{Failure, statement_hash};
use crate::migration::set::Script;

/// What of a file is done or begun: positions from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Done, as the ledger says.
    pub done: BTreeSet<usize>,
    /// Begun, and not known to have ended.
    pub begun: BTreeSet<usize>,
}

impl Standing {
    /// Takes the records of a broken run together with the file as it is now.
    ///
    /// # Errors
    /// A statement that has run already is another one now.
    pub fn of(script: &Script, recorded: &[Recorded]) -> Result<Self> {
        let mut standing = Self::default();
        for record in recorded {
            let position = record.position.saturating_sub(1);
            let now = script.pieces.get(position);
            let same = now.is_some_and(|p| statement_hash(&p.sql) == record.hash);
            if record.ended && !same {
                let place = now.map_or_else(|| script.path.display().to_string(), |p| p.place());
                return Err(Error::new(format!(
                    "{}: statement {} has been changed after it ran",
                    one_line(&place),
                    record.position
                ))
                .because("the rest of the file was written for what it did")
                .fix("restore it from version control, then apply again; or take back what has run: dbharden apply --undo 1"));
            }
            match (record.ended, same) {
                (true, _) => standing.done.insert(position),
                (false, true) => standing.begun.insert(position),
                // another statement stands there now: it has not begun
                (false, false) => false,
            };
        }
        Ok(standing)
    }

    /// Whether a step need not run: the ledger says that it is done, and an index that it built is still there and valid.
    ///
    /// # Errors
    /// The catalogs could not be read.
    pub async fn is_done(&self, step: &Step, script: &Script, worker: &mut Worker) -> std::result::Result<bool, Failure> {
        if !step.positions.iter().all(|p| self.done.contains(p)) {
            return Ok(false);
        }
        let StepKind::Concurrent(build @ Concurrent::CreateIndex { name: Some(name), .. }) = &step.kind else { return Ok(true) };
        // a later statement may have dropped it, or given it another name
        let touched =
            |p: &usize| *p > step.first() && script.pieces.get(*p).is_some_and(|piece| piece.sql.contains(name.as_str()));
        Ok(self.done.iter().any(touched) || build.find(worker).await? == Found::Done)
    }
}
