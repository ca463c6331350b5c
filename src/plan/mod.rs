//! From findings to ordered changes, and from changes to statements with their locks, timeouts and undo.
//!
//! DDL is written here and nowhere else: quoting, CONCURRENTLY, gates and timeouts exist once.

pub mod change;
mod merge;
mod names;
mod statement;

use std::collections::BTreeMap;

pub use change::{Alter, Change, CreateIndex, DropIndex, IndexColumn};
pub use statement::{Hazard, Lock, LockMode, Statement, Timeouts};

use crate::check::Finding;
use crate::config::MigrationSettings;
use crate::snapshot::Snapshot;

/// Changes in the order in which they are to be made.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// One step a migration.
    pub steps: Vec<Step>,
}

/// One change, made into statements, with the findings it cures.
#[derive(Debug, Clone)]
pub struct Step {
    /// The change.
    pub change: Change,
    /// Statements that make it, in order.
    pub up: Vec<Statement>,
    /// Statements that undo it, in order.
    pub down: Vec<Statement>,
    /// Fingerprints of the findings it cures.
    pub cures: Vec<String>,
    /// Bytes that the change adds to the database (negative: frees), estimated.
    pub bytes: Option<i64>,
    /// Seconds it takes, estimated.
    pub seconds: Option<f64>,
}

/// Plans the changes that findings name. Several findings may want one change, and one index may serve several changes: those are
/// merged. Creations come before drops, the most valuable first.
pub fn plan(findings: &[Finding], snapshot: &Snapshot, settings: &MigrationSettings) -> Plan {
    let wanted: Vec<(&Finding, &Change)> = findings.iter().filter_map(|f| f.fix.as_ref().map(|c| (f, c))).collect();
    let mut names = names::Names::of(snapshot);
    let mut created: Vec<CreateIndex> = Vec::new();
    let steps = merge::merge(&wanted)
        .into_iter()
        .filter_map(|(change, cures)| {
            let mut change = names.assign(change);
            match &mut change {
                Change::CreateIndex(index) => created.push(index.clone()),
                Change::Backfill(_) | Change::Alter(_) => {}
                Change::DropIndex(drop) => {
                    if let Some(new) = &mut drop.replaced_by {
                        // nothing is dropped for an index that is not in the plan
                        **new = created.iter().find(|c| c.covers(new))?.clone();
                    }
                }
            }
            let (up, down) = change.statements(snapshot, settings)?;
            let (bytes, seconds) = change.estimate(snapshot);
            Some(Step { change, up, down, cures, bytes, seconds })
        })
        .collect();
    Plan { steps }
}

impl Plan {
    /// For each finding's fingerprint the step that cures it.
    pub fn cures(&self) -> BTreeMap<&str, usize> {
        let pairs = self.steps.iter().enumerate().flat_map(|(i, s)| s.cures.iter().map(move |f| (f.as_str(), i)));
        pairs.collect()
    }
}
