//! Findings from the cost model: where no plan can be had with an index that is not there. Plans of today, where the database gives
//! them, show which of its proposals are idle.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{SHOWN, count};
use crate::advise::{self, Proposal, Thresholds};
use crate::check::{Confidence, Finding, Input};
use crate::ident::{Ident, one_line};
use crate::plan::{Change, CreateIndex};
use crate::query::Analyzed;
use crate::snapshot::Relation;

/// What evidence says where EXPLAIN has shown the lack, and the cost model the cure.
const TODAY: &str = "EXPLAIN on the target, cost model after";

pub(super) fn findings(input: &Input) -> Vec<Finding> {
    let thresholds = thresholds(input);
    for (table, statements) in advise::not_advised(input.workload, &input.snapshot.catalog, &thresholds) {
        if let Some(table) = input.snapshot.catalog.relations.get(&table) {
            let because = format!(
                "{} of the workload look for rows by an expression, pattern, JSON, array, text search or OR, and read much to find \
                 them: no index is proposed for these yet",
                count(statements, "statement")
            );
            input.skip(table, because);
        }
    }
    let proposals = advise::missing_indexes(input.workload, &input.snapshot.catalog, &thresholds);
    proposals.iter().filter_map(|p| finding(input, p)).collect()
}

/// For some of the statements alone, by their places: those that could not be planned.
pub(super) fn findings_of(input: &Input, places: &BTreeSet<usize>) -> Vec<Finding> {
    let places: Vec<usize> = places.iter().copied().filter(|p| *p < input.workload.len()).collect();
    let workload: Vec<Analyzed> = places.iter().map(|p| input.workload[*p].clone()).collect();
    let mut proposals = advise::missing_indexes(&workload, &input.snapshot.catalog, &thresholds(input));
    let all: f64 = input.workload.iter().map(|a| a.statement.total_ms).sum();
    proposals.retain(|p| p.saved_ms >= all * input.number("min_share"));
    for helps in proposals.iter_mut().flat_map(|p| &mut p.helps) {
        helps.0 = places[helps.0];
    }
    proposals.iter().filter_map(|p| finding(input, p)).collect()
}

fn thresholds(input: &Input) -> Thresholds {
    Thresholds {
        min_rows: input.number("min_rows"),
        min_gain: input.number("min_gain"),
        min_pages: input.number("min_pages"),
        min_share: input.number("min_share"),
        max_columns: input.integer("max_columns").clamp(1, 32) as usize,
    }
}

fn finding(input: &Input, proposal: &Proposal) -> Option<Finding> {
    let table = input.snapshot.catalog.relations.get(&proposal.table)?;
    let change = CreateIndex::new(&table.name, proposal.columns.clone());
    let mut helps = proposal.helps.clone();
    helps.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    helps.dedup_by_key(|h| h.0);
    let saved = |h: &(usize, f64)| input.workload[h.0].statement.total_ms * h.1;
    let supposed: f64 = helps.iter().map(saved).sum();
    helps.retain(|h| lacks_an_index(input, h.0, table));
    helps.sort_by(|a, b| saved(b).total_cmp(&saved(a)).then(a.0.cmp(&b.0)));
    let left: f64 = helps.iter().map(saved).sum();
    if helps.is_empty() {
        return None; // the planner says that each of them has what it needs
    }
    let calls: i64 = helps.iter().map(|(i, _)| input.workload[*i].statement.calls).sum();
    let total_ms: f64 = helps.iter().map(|(i, _)| input.workload[*i].statement.total_ms).sum();
    let columns: Vec<Ident> = proposal.columns.iter().map(|c| c.column.clone()).collect();
    let message = format!(
        "{}: no index on ({}); {} of the workload, {calls} calls of {:.1} ms on average, would use it",
        table.name,
        change.column_list(),
        count(helps.len(), "statement"),
        if calls > 0 { total_ms / calls as f64 } else { 0.0 },
    );
    let shown: Vec<Value> = helps.iter().take(SHOWN).map(|(i, _)| statement(input, *i)).collect();
    let assumed = columns.iter().all(|c| input.snapshot.catalog.column_statistics(table, c).is_none());
    let kept = if supposed > 0.0 { (left / supposed).min(1.0) } else { 1.0 };
    let mut finding = input
        .finding_on(table, &columns, message)
        .with("rows", input.snapshot.catalog.likely_rows(table))
        .with("statements_helped", helps.len())
        .with("calls", calls)
        .with("mean_ms", if calls > 0 { total_ms / calls as f64 } else { 0.0 })
        .with("total_ms", total_ms)
        .with("statements", shown)
        .with_saving(input.workload_days().map(|days| proposal.saved_ms * kept / days))
        .with_fix(Change::CreateIndex(change));
    if helps.iter().any(|(place, _)| matches!(input.today.and_then(|t| t.get(*place)), Some(Ok(_)))) {
        finding = finding.with("proven", TODAY);
    }
    if assumed {
        finding = finding.with("statistics", "assumed: none are readable, or the table was never analysed");
        finding.confidence = Confidence::Low;
    }
    Some(finding)
}

/// Whether a statement reads much of a table today, as far as the database said.
fn lacks_an_index(input: &Input, place: usize, table: &Relation) -> bool {
    let Some(Ok(plan)) = input.today.and_then(|t| t.get(place)) else { return true };
    let mut open = vec![table];
    let mut names = BTreeSet::new();
    while let Some(relation) = open.pop() {
        names.insert(relation.name.name.raw());
        open.extend(input.snapshot.catalog.partitions(relation.oid));
    }
    let page = input.snapshot.settings.get("random_page_cost").and_then(|s| s.value.parse::<f64>().ok()).unwrap_or(4.0);
    plan.reads_much_of(&names, input.number("min_pages") * page.max(1.0))
}

/// A statement as evidence: its figures, its text, its plan of today.
fn statement(input: &Input, position: usize) -> Value {
    let s = input.workload[position].statement;
    let plan = input.snapshot.plans.get(&s.fingerprint);
    let plan = plan.map(|p| p.summary.iter().map(|l| one_line(l)).collect::<Vec<_>>());
    let mut all = json!({
        "fingerprint": s.fingerprint,
        "text": one_line(&s.text),
        "calls": s.calls,
        "mean_ms": s.mean_ms(),
        "rows_per_call": s.rows_per_call(),
        "plan": plan,
    });
    let mut add = |more: Map<String, Value>| all.as_object_mut().map(|o| o.extend(more));
    match input.today.and_then(|t| t.get(position)) {
        Some(Ok(plan)) => {
            let lines: Vec<String> = plan.lines.iter().map(|l| one_line(l)).collect();
            add(Map::from_iter([("cost_before".into(), json!(plan.cost.round())), ("plan".into(), json!(lines))]));
        }
        Some(Err(why)) => {
            add(Map::from_iter([("not_planned".into(), json!(one_line(why)))]));
        }
        None => {}
    }
    all
}
