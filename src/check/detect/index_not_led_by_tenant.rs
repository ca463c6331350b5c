//! `index-not-led-by-tenant`: statements look within one tenant, and no index begins with the tenant.

use std::collections::BTreeMap;

use super::figures::count;
use super::policy_column_not_indexed::is_led;
use crate::check::{Finding, Input};
use crate::ident::Ident;
use crate::plan::{Change, CreateIndex};
use crate::snapshot::{Oid, Relation};
use crate::tenancy;

/// Statements shown.
const SHOWN: usize = 3;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    // where plans have judged which indexes pay, or nobody means to keep tenants apart here, missing-index speaks
    let meant = tenancy::intent(&input.snapshot.catalog, input.config).is_some();
    if input.advice.is_some() || input.today.is_some() || !meant {
        return Vec::new();
    }
    let catalog = &input.snapshot.catalog;
    let mut asking: BTreeMap<Oid, Vec<(i64, &str)>> = BTreeMap::new();
    for analyzed in input.workload {
        for (i, access) in analyzed.analysis.accesses.iter().enumerate() {
            let Some(table) = catalog.relations.get(&access.relation) else { continue };
            let Some(key) = super::policies::key(input, table) else { continue };
            // an index for the foreign key does for both, and unindexed-foreign-key asks for it
            if table.foreign_keys().any(|(k, _)| k.columns == [key.clone()]) {
                continue;
            }
            let fixed: Vec<&Ident> = analyzed.analysis.fixed_columns(i).into_iter().map(|(c, _)| c).collect();
            if fixed.contains(&&key) && !is_led(table, &key) && !is_one_row(table, &fixed) {
                asking.entry(table.oid).or_default().push((analyzed.statement.calls, analyzed.text()));
            }
        }
    }
    let asking = asking.into_iter().filter_map(|(oid, statements)| Some((catalog.relations.get(&oid)?, statements)));
    asking.filter_map(|(table, statements)| finding(input, table, statements)).collect()
}

/// A unique index finds the row anyway.
fn is_one_row(table: &Relation, fixed: &[&Ident]) -> bool {
    let is_fixed = |k: &crate::snapshot::IndexKey| k.column.as_ref().is_some_and(|c| fixed.contains(&c));
    table.indexes.iter().any(|i| i.unique && i.valid && i.predicate.is_none() && i.keys.iter().all(is_fixed))
}

fn finding(input: &Input, table: &Relation, mut statements: Vec<(i64, &str)>) -> Option<Finding> {
    let rows = input.snapshot.catalog.rows(table);
    if rows.is_some_and(|r| r < input.number("min_rows")) {
        return None;
    }
    let key = super::policies::key(input, table)?;
    statements.sort_by_key(|(calls, _)| -calls);
    statements.dedup();
    let calls: i64 = statements.iter().map(|(calls, _)| calls).sum();
    let message = format!(
        "{}: {} ({}) within one {key}, and no index begins with it",
        table.name,
        count(statements.len() as i64, "statement"),
        count(calls, "call")
    );
    let texts: Vec<&str> = statements.iter().take(SHOWN).map(|(_, text)| *text).collect();
    let fix = CreateIndex::for_lookup(&table.name, std::slice::from_ref(&key));
    Some(
        input
            .finding_on(table, &[key], message)
            .with("calls", calls)
            .with("statements", texts)
            .with("rows", rows)
            .with_fix(Change::CreateIndex(fix)),
    )
}
