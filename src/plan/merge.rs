//! Several findings, one change: duplicates go, an index that begins with another's columns serves both.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, CreateIndex};
use crate::check::Finding;
use crate::ident::QualifiedName;

/// Changes in the order in which they are to be made, each with the fingerprints of the findings it cures.
pub(super) fn merge(wanted: &[(&Finding, &Change)]) -> Vec<(Change, Vec<String>)> {
    // only changes of one table can serve each other
    let mut by_table: BTreeMap<&QualifiedName, Vec<(&Finding, &Change)>> = BTreeMap::new();
    for pair in wanted {
        by_table.entry(pair.1.table()).or_default().push(*pair);
    }
    let mut steps: Vec<(&Finding, Change, Vec<String>)> = by_table.values().flat_map(|wanted| merge_table(wanted)).collect();
    let rank = |change: &Change| match change {
        Change::CreateIndex(_) | Change::Backfill(_) | Change::Alter(_) => 0,
        Change::RequireTenant(_) => 1,
        Change::TenantColumn(c) => 1 + c.depth, // parents before children
        Change::CompositeKey(_) => usize::MAX - 2,
        Change::DropForeignKey(_) => usize::MAX - 1,
        Change::PreparePartition(_) => usize::MAX - 4,
        Change::Partition(_) => usize::MAX - 3,
        Change::PrepareTenants(_) => usize::MAX - 9,
        // children before the table of tenants; the owner last
        Change::TenantPolicies(c) => usize::MAX - if c.is_root { 7 } else { 8 },
        Change::EnableRowSecurity(_) => usize::MAX - 6,
        Change::ForceRowSecurity(_) => usize::MAX - 5,
        Change::DropIndex(_) => usize::MAX, // what is dropped may be replaced by what is created
    };
    steps.sort_by(|a, b| rank(&a.1).cmp(&rank(&b.1)).then_with(|| Finding::listing_order(a.0, b.0)));
    steps.into_iter().map(|(_, change, cures)| (change, cures)).collect()
}

/// The changes of one table that are left when those are gone that another one does the work of.
fn merge_table<'f>(wanted: &[(&'f Finding, &Change)]) -> Vec<(&'f Finding, Change, Vec<String>)> {
    let needed = wanted.iter().filter(|(_, c)| !is_relied_on(c, wanted));
    let wanted: Vec<(&Finding, Change)> = needed.map(|(f, c)| (*f, led_by_another(c, wanted))).collect();
    // of those that serve each other the first stays
    let is_served = |i: usize| {
        let better = |j: usize| serves(&wanted[j].1, &wanted[i].1) && (j < i || !serves(&wanted[i].1, &wanted[j].1));
        (0..wanted.len()).any(|j| j != i && better(j))
    };
    let cured = |change: &Change| -> BTreeSet<String> {
        wanted.iter().filter(|(_, c)| serves(change, c)).map(|(f, _)| f.fingerprint.clone()).collect()
    };
    let kept = (0..wanted.len()).filter(|i| !is_served(*i)).map(|i| &wanted[i]);
    kept.map(|(finding, change)| (*finding, change.clone(), cured(change).into_iter().collect())).collect()
}

/// An index whose columns may stand in any order begins with those of another one that is wanted, so that it does for both:
/// `(customer_no, tenant_id)` for a foreign key on `(tenant_id, customer_no)` when statements look for `customer_no` alone.
fn led_by_another(change: &Change, wanted: &[(&Finding, &Change)]) -> Change {
    let Change::CreateIndex(index) = change else { return change.clone() };
    let leads = |other: &CreateIndex| {
        other.columns.len() < index.columns.len() && other.columns.iter().all(|c| index.columns.contains(c))
    };
    let others = wanted.iter().filter_map(|(_, c)| match c {
        Change::CreateIndex(other) if index.any_order && leads(other) => Some(&other.columns),
        _ => None,
    });
    let Some(first) = others.reduce(|a, b| if b.len() > a.len() { b } else { a }) else { return change.clone() };
    let rest = index.columns.iter().filter(|c| !first.contains(c));
    Change::CreateIndex(CreateIndex { columns: first.iter().chain(rest).cloned().collect(), ..index.clone() })
}

/// Whether `change` also does what `other` is for.
pub(super) fn serves(change: &Change, other: &Change) -> bool {
    match (change, other) {
        (Change::CreateIndex(a), Change::CreateIndex(b)) => a.covers(b),
        // the one that makes sure of a substitute does for both
        (Change::DropIndex(a), Change::DropIndex(b)) => a == b || (a.kept.is_some() && b.kept.is_none() && a.same_index(b)),
        _ => change == other,
    }
}

/// Whether a change would drop an index that another drop leaves its work to: one of a pair must stay, however seldom it was used.
fn is_relied_on(change: &Change, wanted: &[(&Finding, &Change)]) -> bool {
    let Change::DropIndex(drop) = change else { return false };
    wanted.iter().any(|(_, c)| matches!(c, Change::DropIndex(o) if o.table == drop.table && o.kept.as_ref() == Some(&drop.index)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Confidence, Severity};
    use crate::ident::{Ident, QualifiedName};
    use crate::plan::IndexColumn;

    fn finding(check: &str) -> Finding {
        Finding {
            id: String::new(),
            check: check.to_owned(),
            group: String::new(),
            severity: Severity::Warning,
            confidence: Confidence::Normal,
            fingerprint: check.to_owned(),
            object: String::new(),
            columns: Vec::new(),
            message: String::new(),
            evidence: serde_json::Map::new(),
            saves_ms_per_day: None,
            migration: None,
            fix: None,
        }
    }

    fn columns(names: &[&str]) -> Vec<Ident> {
        names.iter().map(|n| Ident::new(*n)).collect()
    }

    fn merged(ordered: &[&[&str]], lookups: &[&[&str]]) -> Vec<String> {
        let table = QualifiedName::new("public", "t");
        let sorted = |names: &[&str]| CreateIndex::new(&table, columns(names).iter().map(IndexColumn::ascending).collect());
        let all = ordered.iter().map(|n| sorted(n)).chain(lookups.iter().map(|n| CreateIndex::for_lookup(&table, &columns(n))));
        let all: Vec<(Finding, Change)> =
            all.enumerate().map(|(i, c)| (finding(&format!("f{i}")), Change::CreateIndex(c))).collect();
        let pairs: Vec<(&Finding, &Change)> = all.iter().map(|(f, c)| (f, c)).collect();
        let list = |(change, cures): (Change, Vec<String>)| match change {
            Change::CreateIndex(c) => format!("{} cures {}", c.column_list(), cures.join(" ")),
            _ => unreachable!(),
        };
        merge(&pairs).into_iter().map(list).collect()
    }

    #[test]
    fn one_index_serves_a_statement_and_a_foreign_key_in_another_order() {
        assert_eq!(merged(&[&["b", "a"]], &[&["a", "b"]]), ["b, a cures f0 f1"]);
        assert_eq!(merged(&[&["b"]], &[&["a", "b"]]), ["b, a cures f0 f1"]);
        assert_eq!(merged(&[], &[&["a", "b"], &["b", "a"]]), ["a, b cures f0 f1"]);
        assert_eq!(merged(&[&["a", "b"], &["b", "a"]], &[]), ["a, b cures f0", "b, a cures f1"]);
        assert_eq!(merged(&[&["a", "c"], &["a"]], &[]), ["a, c cures f0 f1"]);
    }
}
