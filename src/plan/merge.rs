//! Several findings, one change: duplicates go, an index that begins with another's columns serves both.

use std::collections::{BTreeMap, BTreeSet};

use super::Change;
use crate::check::Finding;
use crate::ident::QualifiedName;

/// Changes in the order in which they are to be made, each with the fingerprints of the findings it cures.
pub(super) fn merge(wanted: &[(&Finding, &Change)]) -> Vec<(Change, Vec<String>)> {
    // only changes of one table can serve each other
    let mut by_table: BTreeMap<&QualifiedName, Vec<&(&Finding, &Change)>> = BTreeMap::new();
    for pair in wanted {
        by_table.entry(pair.1.table()).or_default().push(pair);
    }
    let mut steps: Vec<(&Finding, Change, Vec<String>)> = by_table.values().flat_map(|wanted| merge_table(wanted)).collect();
    let rank = |change: &Change| match change {
        Change::CreateIndex(_) => 0,
        Change::DropIndex(_) => 1, // what is dropped may be replaced by what is created
    };
    steps.sort_by(|a, b| rank(&a.1).cmp(&rank(&b.1)).then_with(|| Finding::listing_order(a.0, b.0)));
    steps.into_iter().map(|(_, change, cures)| (change, cures)).collect()
}

/// The changes of one table that are left when those are gone that another one does the work of.
fn merge_table<'f>(wanted: &[&(&'f Finding, &Change)]) -> Vec<(&'f Finding, Change, Vec<String>)> {
    let wanted: Vec<&(&Finding, &Change)> = wanted.iter().copied().filter(|(_, c)| !is_relied_on(c, wanted)).collect();
    let mut kept: Vec<&(&Finding, &Change)> = Vec::new();
    for candidate in &wanted {
        let served = wanted.iter().any(|other| serves(other.1, candidate.1) && other.1 != candidate.1);
        let repeated = kept.iter().any(|k| k.1 == candidate.1);
        if !served && !repeated {
            kept.push(candidate);
        }
    }
    let cured = |change: &Change| -> BTreeSet<String> {
        wanted.iter().filter(|(_, c)| serves(change, c) || *c == change).map(|(f, _)| f.fingerprint.clone()).collect()
    };
    kept.iter().map(|(finding, change)| (*finding, (*change).clone(), cured(change).into_iter().collect())).collect()
}

/// Whether `change` also does what `other` is for.
fn serves(change: &Change, other: &Change) -> bool {
    match (change, other) {
        (Change::CreateIndex(a), Change::CreateIndex(b)) => a.covers(b),
        // the one that makes sure of a substitute does for both
        (Change::DropIndex(a), Change::DropIndex(b)) => a == b || (a.kept.is_some() && b.kept.is_none() && a.same_index(b)),
        _ => change == other,
    }
}

/// Whether a change would drop an index that another drop leaves its work to: one of a pair must stay, however seldom it was used.
fn is_relied_on(change: &Change, wanted: &[&(&Finding, &Change)]) -> bool {
    let Change::DropIndex(drop) = change else { return false };
    wanted.iter().any(|(_, c)| matches!(c, Change::DropIndex(o) if o.table == drop.table && o.kept.as_ref() == Some(&drop.index)))
}
