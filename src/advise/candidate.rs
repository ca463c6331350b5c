//! Column lists worth trying: equality columns first, in an order that lets one index serve several statements, then a range or
//! the sort order.

use std::collections::{BTreeMap, BTreeSet};

use super::request::Request;
use crate::ident::Ident;
use crate::plan::IndexColumn;
use crate::snapshot::{Catalog, Relation};

/// A comparison that keeps more than this share of the rows is weak.
const WEAK: f64 = 0.25;

/// Candidates for one table, without repetition, in a fixed order.
pub(super) fn candidates(table: &Relation, catalog: &Catalog, requests: &[Request], max_columns: usize) -> Vec<Vec<IndexColumn>> {
    let rows = catalog.likely_rows(table);
    let frequency = frequency(table, catalog, requests);
    let rank = |c: &Ident| frequency.get(c).copied().unwrap_or(0.0);
    let mut found: BTreeSet<Vec<(Ident, bool)>> = BTreeSet::new();
    for request in requests {
        let shape = &request.shape;
        let mut equal: Vec<&Ident> = shape.equal.iter().collect();
        equal.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.cmp(b)));
        let among: Vec<&Ident> = shape.among.iter().filter(|c| !shape.equal.contains(c)).collect();
        // A column that keeps nearly all rows is seldom worth its place, and often one column finds few rows enough.
        let share = |c: &Ident| shape.selectivity(c, rows, table, catalog);
        let strong: Vec<&Ident> = equal.iter().copied().filter(|c| share(c) < WEAK).collect();
        let first: Vec<&Ident> = equal.iter().copied().min_by(|a, b| share(a).total_cmp(&share(b))).into_iter().collect();
        let listed = |head: &[&'_ Ident]| head.iter().copied().chain(among.iter().copied()).map(Ident::clone).collect();
        let plain = |head: &[&'_ Ident]| head.iter().copied().map(Ident::clone).collect();
        let heads: BTreeSet<Vec<Ident>> =
            [plain(&equal), plain(&strong), plain(&first), listed(&equal), listed(&strong)].into_iter().collect();
        for head in &heads {
            let head: Vec<(Ident, bool)> = head.iter().map(|c| (c.clone(), false)).collect();
            let mut add = |tail: Vec<(Ident, bool)>| {
                let mut columns = head.clone();
                columns.extend(tail.into_iter().filter(|(c, _)| !head.iter().any(|(h, _)| h == c)));
                columns.truncate(max_columns);
                if !columns.is_empty() {
                    found.insert(columns);
                }
            };
            add(Vec::new());
            for (column, ..) in &shape.ranges {
                add(vec![(column.clone(), false)]);
            }
            if shape.limit.is_some() && shape.order_complete {
                add(ordered(&shape.order));
            }
        }
    }
    found
        .into_iter()
        .map(|list| list.into_iter().map(|(column, descending)| IndexColumn { column, descending }).collect())
        .collect()
}

/// A b-tree is read in both directions: all descending is written as all ascending.
fn ordered(order: &[IndexColumn]) -> Vec<(Ident, bool)> {
    let mixed = order.iter().any(|c| c.descending) && !order.iter().all(|c| c.descending);
    order.iter().map(|c| (c.column.clone(), mixed && c.descending)).collect()
}

/// How many requests compare each column by equality: frequent columns lead, so that prefixes are shared. A foreign key counts as
/// a request: an index that begins with its column serves it too. Among equals, the column with more distinct values leads.
fn frequency(table: &Relation, catalog: &Catalog, requests: &[Request]) -> BTreeMap<Ident, f64> {
    let mut frequency: BTreeMap<Ident, f64> = BTreeMap::new();
    for request in requests {
        for column in &request.shape.equal {
            // no other statement shares a prefix that ends in `IS NULL`
            *frequency.entry(column.clone()).or_default() += if request.shape.nulls.contains(column) { 0.0 } else { 1.0 };
        }
    }
    for (key, _) in table.foreign_keys().filter(|(k, _)| k.columns.len() == 1) {
        if let Some(n) = frequency.get_mut(&key.columns[0]) {
            *n += 1.0;
        }
    }
    let rows = catalog.likely_rows(table).max(1.0);
    for (column, n) in &mut frequency {
        let distinct = catalog.column_statistics(table, column).map_or(1.0, |s| s.distinct(rows));
        *n += (distinct / rows).clamp(0.0, 1.0) * 0.5; // less than one request: it only breaks ties
    }
    frequency
}
