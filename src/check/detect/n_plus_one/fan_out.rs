//! Fan-out: several tables looked up by one and the same key, equally often, one statement after the other.
//!
//! A dashboard that reads the subscription, the settings and the statistics of a user in three round trips. Only statements that
//! return one row count: three lists cannot be read as one, three rows can.

use std::collections::{BTreeMap, BTreeSet};

use super::lookup::{Lookup, lookups, unique_keys};
use super::{Options, SAVED};
use crate::check::detect::figures::{count, rounded, statement};
use crate::check::{Finding, Input};
use crate::ident::{Ident, ident_list, one_line};
use crate::snapshot::{Catalog, Oid};

/// What is looked up by: a key of a table. Foreign keys stand for the key they point to.
type Key = (Oid, Vec<Ident>);

/// A look-up and the columns that the key is compared with.
struct Keyed<'a> {
    lookup: Lookup<'a>,
    columns: Vec<Ident>,
}

pub(super) fn detect(input: &Input, options: &Options, explained: &BTreeSet<&str>) -> Vec<Finding> {
    let catalog = &input.snapshot.catalog;
    let targets = targets_by_name(catalog);
    let mut by_key: BTreeMap<Key, Vec<Keyed>> = BTreeMap::new();
    for analyzed in input.workload {
        let s = analyzed.statement;
        let single = s.rows_per_call() <= 1.5 || analyzed.analysis.top_level.group_by;
        if s.calls < options.min_calls || !single || explained.contains(s.fingerprint.as_str()) {
            continue;
        }
        let keyed = lookups(analyzed, catalog).into_iter().find_map(|l| Some((key_of(&l, &targets)?, l)));
        if let Some(((key, columns), lookup)) = keyed {
            by_key.entry(key).or_default().push(Keyed { lookup, columns });
        }
    }
    by_key.into_iter().flat_map(|(key, lookups)| fans(input, options, &key, lookups)).collect()
}

/// What a column name refers to, where all foreign keys on columns of that name agree.
fn targets_by_name(catalog: &Catalog) -> BTreeMap<&Ident, Option<Key>> {
    let mut targets: BTreeMap<&Ident, Option<Key>> = BTreeMap::new();
    for (key, far) in catalog.relations.values().flat_map(|r| r.foreign_keys()) {
        if let [column] = key.columns.as_slice() {
            let target = Some((far.table, far.columns.clone()));
            targets.entry(column).and_modify(|t| *t = t.take().filter(|t| Some(t) == target.as_ref())).or_insert(target);
        }
    }
    targets
}

/// The key that picks the rows of a look-up, and the columns it is compared by; `None` when it is not one key.
fn key_of(lookup: &Lookup, targets: &BTreeMap<&Ident, Option<Key>>) -> Option<(Key, Vec<Ident>)> {
    let relation = lookup.relation;
    let sorted = |columns: &[&Ident]| {
        let mut columns: Vec<Ident> = columns.iter().map(|c| (*c).clone()).collect();
        columns.sort();
        columns
    };
    let within = |columns: &[&Ident]| columns.iter().all(|c| lookup.equal.contains(c));
    let foreign: Vec<(Vec<Ident>, Key)> = relation
        .foreign_keys()
        .map(|(key, far)| (key.columns.iter().collect::<Vec<_>>(), far))
        .filter(|(columns, _)| within(columns))
        .map(|(columns, far)| (sorted(&columns), (far.table, sorted(&far.columns.iter().collect::<Vec<_>>()))))
        .collect();
    let named = |column: &Ident| targets.get(column).cloned().flatten();
    // a unique key picks the row, whatever else is compared
    if let Some(unique) = unique_keys(relation).filter(|k| within(k)).min_by_key(Vec::len) {
        let unique = sorted(&unique);
        let own = relation.primary_key().is_some_and(|p| p.keys.iter().any(|k| k.column.as_ref() == unique.first()));
        let points_at = foreign.iter().find(|(columns, _)| *columns == unique).map(|(_, key)| key.clone());
        let by_name = if unique.len() == 1 && !own { named(&unique[0]) } else { None };
        return Some((points_at.or(by_name).unwrap_or((relation.oid, unique.clone())), unique));
    }
    let mut keys: Vec<(Key, Vec<Ident>)> = foreign.into_iter().map(|(columns, key)| (key, columns)).collect();
    if keys.is_empty() {
        keys.extend(lookup.equal.iter().filter_map(|c| Some((named(c)?, vec![(*c).clone()]))));
    }
    keys.sort();
    keys.dedup();
    // compared by several keys: which of them leads is not known
    if keys.len() == 1 { keys.pop() } else { None }
}

/// Runs of look-ups with equal calls over enough different tables.
fn fans(input: &Input, options: &Options, key: &Key, mut lookups: Vec<Keyed>) -> Vec<Finding> {
    lookups.sort_by(|a, b| {
        let (a, b) = (a.lookup.analyzed.statement, b.lookup.analyzed.statement);
        b.calls.cmp(&a.calls).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    let mut found = Vec::new();
    let mut rest = lookups.as_mut_slice();
    while let Some(most) = rest.first().map(|l| l.lookup.analyzed.statement.calls) {
        let least = most as f64 * (1.0 - options.fan_out_tolerance);
        let end = rest.iter().position(|l| (l.lookup.analyzed.statement.calls as f64) < least).unwrap_or(rest.len());
        let (fan, others) = rest.split_at_mut(end);
        let tables: BTreeSet<Oid> = fan.iter().map(|l| l.lookup.relation.oid).collect();
        if tables.len() >= options.fan_out {
            fan.sort_by(|a, b| {
                let text = |l: &Keyed| l.lookup.analyzed.statement.fingerprint.clone();
                a.lookup.relation.name.cmp(&b.lookup.relation.name).then_with(|| text(a).cmp(&text(b)))
            });
            found.extend(finding(input, key, fan));
        }
        rest = others;
    }
    found
}

fn finding(input: &Input, key: &Key, fan: &[Keyed]) -> Option<Finding> {
    let first = fan.first()?;
    let mut tables: Vec<String> = fan.iter().map(|l| l.lookup.relation.name.to_string()).collect();
    tables.dedup();
    // the columns of every table, so that this is another finding than an N+1 on the first table alone
    let columns: Vec<Ident> = fan.iter().flat_map(|l| l.columns.iter().cloned()).collect();
    let key_name = input.snapshot.catalog.relations.get(&key.0).map(|r| format!("{} ({})", r.name, ident_list(&key.1)));
    let key_name = key_name.unwrap_or_else(|| ident_list(&key.1));
    let calls: i64 = fan.iter().map(|l| l.lookup.analyzed.statement.calls).sum();
    let total_ms: f64 = fan.iter().map(|l| l.lookup.analyzed.statement.total_ms).sum();
    let each = calls / fan.len() as i64;
    let message = format!(
        "{}: {} by the same key {key_name}, {} each: read one after the other where one statement would do (fan-out)",
        tables.join(", "),
        count(fan.len() as i64, "look-up"),
        count(each, "call"),
    );
    let saved = total_ms * SAVED * (fan.len() - 1) as f64 / fan.len() as f64;
    Some(
        input
            .finding_on(first.lookup.relation, &columns, message)
            .with("fan_out", true)
            .with("tables", tables)
            .with("key", one_line(&key_name))
            .with("calls", calls)
            .with("calls_each", each)
            .with("total_ms", rounded(total_ms))
            .with("statements", fan.iter().map(|l| statement(l.lookup.analyzed.statement)).collect::<Vec<_>>())
            .with("advice", "one statement with a sub-select or LEFT JOIN for each, or keep what hardly changes in memory")
            .with_saving(input.workload_days().map(|days| saved / days)),
    )
}
