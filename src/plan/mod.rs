//! From findings to ordered changes, and from changes to statements with their locks, timeouts and undo.
//!
//! DDL is written here and nowhere else: quoting, CONCURRENTLY, gates and timeouts exist once.

pub mod change;
mod merge;
mod names;
mod needs;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

pub use change::{Alter, Change, CompositeKey, CreateIndex, DropForeignKey, DropIndex, IndexColumn, RequireTenant, TenantColumn};
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
    /// Fingerprints of the findings it cures; empty where it only prepares another step.
    pub cures: Vec<String>,
    /// Positions of the steps that must come before it.
    pub needs: Vec<usize>,
    /// Bytes that the change adds to the database (negative: frees), estimated.
    pub bytes: Option<i64>,
    /// Seconds it takes, estimated.
    pub seconds: Option<f64>,
}

/// Plans the changes that findings name. Several findings may want one change, and one index may serve several changes: those are
/// merged. Creations come before drops, the most valuable first, and each change comes behind those that it needs.
pub fn plan(findings: &[Finding], snapshot: &Snapshot, settings: &MigrationSettings) -> Plan {
    let fixes: Vec<(&Finding, Change)> = findings.iter().filter_map(|f| f.fix.clone().map(|c| (f, c))).collect();
    let wanted = needs::with_needs(fixes, snapshot);
    let pairs: Vec<(&Finding, &Change)> = wanted.iter().map(|(f, c)| (*f, c)).collect();
    let mut names = names::Names::of(snapshot);
    let mut steps: Vec<Step> = Vec::new();
    for (change, cures) in merge::merge(&pairs) {
        let mut change = names.assign(change);
        if let Change::DropIndex(DropIndex { replaced_by: Some(new), .. }) = &mut change {
            let created = steps.iter().find_map(|s| match &s.change {
                Change::CreateIndex(c) if c.covers(new) => Some(c),
                _ => None,
            });
            // nothing is dropped for an index that is not in the plan
            let Some(created) = created else { continue };
            **new = created.clone();
        }
        let Some(needs) = needs::positions(&change, snapshot, &steps) else { continue };
        let Some((up, down)) = change.statements(snapshot, settings) else { continue };
        let (bytes, seconds) = change.estimate(snapshot);
        // an index that another change needs cures nothing by itself
        let own = |f: &String| {
            !matches!(change, Change::CreateIndex(_))
                || findings.iter().any(|o| o.fingerprint == *f && o.fix.as_ref().is_some_and(|c| merge::serves(&change, c)))
        };
        let cures = cures.into_iter().filter(own).collect();
        steps.push(Step { change, up, down, cures, needs, bytes, seconds });
    }
    Plan { steps }
}

impl Plan {
    /// Positions of the steps that cure one of these findings, and of those that must come before.
    pub fn wanted(&self, cured: &dyn Fn(&str) -> bool) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for (position, step) in self.steps.iter().enumerate().rev() {
            if found.contains(&position) || step.cures.iter().any(|f| cured(f)) {
                found.insert(position);
                found.extend(&step.needs);
            }
        }
        found
    }

    /// For each finding's fingerprint the step that cures it.
    pub fn cures(&self) -> BTreeMap<&str, usize> {
        let pairs = self.steps.iter().enumerate().flat_map(|(i, s)| s.cures.iter().map(move |f| (f.as_str(), i)));
        pairs.collect()
    }
}
