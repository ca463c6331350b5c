//! `n-plus-one`: a statement sent once for each row of a list, and look-ups by one key sent one after the other.
//!
//! `pg_stat_statements` knows no requests, but its totals give them away: a look-up that was called as often as a list returned
//! rows, on a table that the list's rows lead to. The tie between both tables is demanded, because near figures alone are chance.

mod fan_out;
mod link;
mod lookup;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::link::{Link, Ties};
use self::lookup::{List, Lookup, lists, lookups};
use super::figures::{count, rounded, statement};
use crate::check::{Finding, Input};
use crate::ident::{ident_list, one_line};
use crate::snapshot::{Oid, Relation, Statement};

/// Share of a look-up's time that reading its rows in one go is taken to save: starting and ending executions, not the rows.
const SAVED: f64 = 0.5;

/// The thresholds.
struct Options {
    min_calls: i64,
    min_list_rows: f64,
    min_list_rows_to_one: f64,
    tolerance: f64,
    fan_out: usize,
    fan_out_tolerance: f64,
}

/// A look-up and the lists whose rows explain its calls.
struct Explained<'a> {
    lookup: Lookup<'a>,
    link: Link,
    list_relation: &'a Relation,
    lists: Vec<&'a Statement>,
    /// Calls of the look-up for each row of the lists that leads to one.
    ratio: f64,
}

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let options = Options {
        min_calls: input.integer("min_calls").max(1),
        min_list_rows: input.number("min_list_rows"),
        min_list_rows_to_one: input.number("min_list_rows_to_one"),
        tolerance: input.number("tolerance"),
        fan_out: input.integer("fan_out").max(2) as usize,
        fan_out_tolerance: input.number("fan_out_tolerance"),
    };
    let catalog = &input.snapshot.catalog;
    let mut by_table: BTreeMap<Oid, Vec<List>> = BTreeMap::new();
    for list in input.workload.iter().flat_map(|a| lists(a, catalog, options.min_list_rows.max(1.5))) {
        by_table.entry(list.relation.oid).or_default().push(list);
    }
    let frequent = input.workload.iter().filter(|a| a.statement.calls >= options.min_calls);
    let mut ties = Ties::new(catalog);
    let mut groups: BTreeMap<(String, Vec<String>), Vec<Explained>> = BTreeMap::new();
    let mut explained: BTreeSet<&str> = BTreeSet::new();
    for analyzed in frequent {
        let candidates = lookups(analyzed, catalog).into_iter().filter_map(|l| explain(l, &by_table, &mut ties, &options));
        let Some(best) = candidates.min_by(better) else { continue };
        explained.insert(&analyzed.statement.fingerprint);
        let columns = best.link.columns.iter().map(|c| c.raw().to_owned()).collect();
        groups.entry((best.lookup.relation.name.to_string(), columns)).or_default().push(best);
    }
    let mut findings: Vec<Finding> = groups.into_values().filter_map(|group| finding(input, group)).collect();
    findings.extend(fan_out::detect(input, &options, &explained));
    findings
}

/// A foreign key explains better than a name, one list better than several, a ratio near 1 better than one far from it.
fn better(a: &Explained, b: &Explained) -> std::cmp::Ordering {
    (a.link.by_name.cmp(&b.link.by_name))
        .then((a.lists.len() > 1).cmp(&(b.lists.len() > 1)))
        .then(a.ratio.ln().abs().total_cmp(&b.ratio.ln().abs()))
        .then_with(|| a.lists[0].fingerprint.cmp(&b.lists[0].fingerprint))
        .then_with(|| a.link.cmp(&b.link))
}

/// The list, or all lists of one table together, whose rows are about as many as the look-up's calls.
fn explain<'a>(
    lookup: Lookup<'a>,
    by_table: &BTreeMap<Oid, Vec<List<'a>>>,
    ties: &mut Ties,
    options: &Options,
) -> Option<Explained<'a>> {
    let calls = lookup.analyzed.statement.calls as f64;
    let mut best: Option<(Link, Vec<&'a Statement>, &'a Relation, f64)> = None;
    for listed in by_table.values() {
        let mut same_link: BTreeMap<Link, Vec<&List>> = BTreeMap::new();
        for list in listed.iter().filter(|l| l.analyzed.statement.fingerprint != lookup.analyzed.statement.fingerprint) {
            for link in ties.between(list, &lookup) {
                let min_rows = if link.to_one { options.min_list_rows_to_one } else { options.min_list_rows };
                if list.analyzed.statement.rows_per_call() >= min_rows {
                    same_link.entry(link).or_default().push(list);
                }
            }
        }
        for (link, lists) in same_link {
            let singles = lists.iter().map(|l| vec![*l]);
            let together = (lists.len() > 1).then(|| lists.clone());
            for some in singles.chain(together) {
                let relation = some[0].relation;
                let rows: i64 = some.iter().map(|l| l.analyzed.statement.rows).sum();
                let ratio = calls / (rows as f64 * (1.0 - null_share(relation, &link)));
                if !ratio.is_finite() || (ratio - 1.0).abs() > options.tolerance {
                    continue;
                }
                let mut statements: Vec<&Statement> = some.iter().map(|l| l.analyzed.statement).collect();
                statements.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.fingerprint.cmp(&b.fingerprint)));
                let rank = |by_name: bool, lists: usize, ratio: f64| (by_name, lists > 1, (ratio.ln().abs() * 1e9) as u64);
                let is_better = best
                    .as_ref()
                    .is_none_or(|(l, s, _, r)| rank(link.by_name, statements.len(), ratio) < rank(l.by_name, s.len(), *r));
                if is_better {
                    best = Some((link.clone(), statements, relation, ratio));
                }
            }
        }
    }
    let (link, lists, list_relation, ratio) = best?;
    Some(Explained { lookup, link, list_relation, lists, ratio })
}

/// Share of the list's rows that lead nowhere: a nullable key is not looked up.
fn null_share(relation: &Relation, link: &Link) -> f64 {
    let shares = link.from.iter().filter_map(|c| relation.column_statistics(c)).map(|s| s.null_frac);
    if link.to_one { shares.fold(0.0, f64::max) } else { 0.0 }
}

/// One finding for all statements that read this table by these columns row by row.
fn finding(input: &Input, mut group: Vec<Explained>) -> Option<Finding> {
    group.sort_by(|a, b| {
        let (a, b) = (a.lookup.analyzed.statement, b.lookup.analyzed.statement);
        b.total_ms.total_cmp(&a.total_ms).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    let first = group.first()?;
    let (child, link) = (first.lookup.analyzed.statement, &first.link);
    let relation = first.lookup.relation;
    let (list_calls, list_rows) = first.lists.iter().fold((0, 0), |(c, r), s| (c + s.calls, r + s.rows));
    let calls: i64 = group.iter().map(|e| e.lookup.analyzed.statement.calls).sum();
    let total_ms: f64 = group.iter().map(|e| e.lookup.analyzed.statement.total_ms).sum();
    let message = format!(
        "{}: looked up by ({}) once for each row of a list of {} (N+1): {} for the {} of {}, {:.0} ms in all",
        relation.name,
        ident_list(&link.columns),
        first.list_relation.name,
        count(child.calls, "call"),
        count(list_rows, "row"),
        count(list_calls, "call"),
        total_ms,
    );
    let tie = match &link.key {
        Some(key) => format!("foreign key {key}"),
        None => "the columns' names; no foreign key is declared".to_owned(),
    };
    let join =
        link.columns.iter().zip(&link.from).map(|(c, f)| format!("{}.{f} = {}.{c}", first.list_relation.name, relation.name));
    let looked_up: Vec<Value> = group.iter().map(|e| evidence_of(e)).collect();
    let days = input.workload_days();
    Some(
        input
            .finding_on(relation, &link.columns, message)
            .with("list_table", first.list_relation.name.to_string())
            .with("tie", one_line(&tie))
            .with("tie_columns", one_line(&join.collect::<Vec<_>>().join(" and ")))
            .with("calls", calls)
            .with("rows", group.iter().map(|e| e.lookup.analyzed.statement.rows).sum::<i64>())
            .with("list_calls", list_calls)
            .with("list_rows", list_rows)
            .with("ratio", rounded(first.ratio))
            .with("total_ms", rounded(total_ms))
            .with("statements", looked_up)
            .with("lists", first.lists.iter().map(|s| statement(s)).collect::<Vec<_>>())
            .with("advice", advice(first))
            .with_saving(days.map(|d| total_ms * SAVED / d)),
    )
}

fn evidence_of(e: &Explained) -> Value {
    let mut value = statement(e.lookup.analyzed.statement);
    if let Some(map) = value.as_object_mut() {
        map.insert("calls_per_list_row".to_owned(), Value::from(rounded(e.ratio)));
    }
    value
}

/// How to ask once instead.
fn advice(e: &Explained) -> String {
    let (table, columns) = (&e.lookup.relation.name, ident_list(&e.link.columns));
    let top = &e.lookup.analyzed.analysis.top_level;
    let text = if top.aggregates_only {
        format!("one statement for the whole list: aggregate {table} with WHERE {columns} = ANY ($1) GROUP BY {columns}")
    } else if e.link.to_one {
        format!("join {table} in the list, or read all of them with WHERE {columns} = ANY ($1) (Prisma: include)")
    } else {
        format!(
            "read the rows of all parents with WHERE {columns} = ANY ($1), or join (Prisma: include); limit them per parent with LATERAL"
        )
    };
    one_line(&text)
}
