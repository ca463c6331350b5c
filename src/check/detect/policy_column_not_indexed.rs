//! `policy-column-not-indexed`: a policy compares a column that no index begins with.

use std::collections::BTreeSet;

use super::policies::in_force;
use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list};
use crate::plan::{Change, CreateIndex};
use crate::query::condition::Side;
use crate::snapshot::{Oid, Relation};

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let mut found: BTreeSet<(String, Oid, Ident)> = BTreeSet::new();
    let all = in_force(input);
    for policy in &all {
        for (_, condition) in policy.conditions().filter(|(name, c)| *name == "USING" && !c.has_or()) {
            for c in condition.comparisons() {
                let by_value =
                    c.operator == "=" && c.wrapped.is_none() && matches!(c.with, Side::Session | Side::Query | Side::User);
                if by_value && let Some(column) = policy.table.column(&c.column) {
                    found.insert((policy.table.name.to_string(), policy.table.oid, column.name.clone()));
                }
            }
        }
    }
    let relations = &input.snapshot.catalog.relations;
    let found = found.into_iter().filter_map(|(_, oid, column)| Some((relations.get(&oid)?, column)));
    found.filter(|(table, column)| !is_led(table, column)).filter_map(|(table, column)| finding(input, table, column)).collect()
}

/// Whether an index begins with the column.
pub(super) fn is_led(table: &Relation, column: &Ident) -> bool {
    table
        .indexes
        .iter()
        .any(|i| i.valid && i.predicate.is_none() && i.keys.first().is_some_and(|k| k.column.as_ref() == Some(column)))
}

fn finding(input: &Input, table: &Relation, column: Ident) -> Option<Finding> {
    let rows = input.snapshot.catalog.rows(table);
    if rows.is_some_and(|r| r < input.number("min_rows")) {
        return None;
    }
    let message = format!("{}: policies compare {column} in every statement, and no index begins with it", table.name);
    let indexes: Vec<String> = table
        .indexes
        .iter()
        .map(|i| format!("{} ({})", i.name, ident_list(i.keys.iter().filter_map(|k| k.column.as_ref()))))
        .collect();
    let index = CreateIndex::for_lookup(&table.name, std::slice::from_ref(&column));
    Some(
        input
            .finding_on(table, &[column], message)
            .with("rows", rows)
            .with("indexes", indexes)
            .with_fix(Change::CreateIndex(index)),
    )
}
