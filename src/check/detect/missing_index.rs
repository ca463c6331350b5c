//! `missing-index`: an index that the workload would use and that is not there.

use serde_json::{Value, json};

use crate::advise::{self, Proposal, Thresholds};
use crate::check::{Confidence, Finding, Input};
use crate::ident::{Ident, one_line};
use crate::plan::{Change, CreateIndex};

/// Statements shown as evidence.
const SHOWN: usize = 5;

pub(super) fn detect(input: &Input) -> Vec<Finding> {
    let thresholds = Thresholds {
        min_rows: input.number("min_rows"),
        min_gain: input.number("min_gain"),
        min_pages: input.number("min_pages"),
        min_share: input.number("min_share"),
        max_columns: input.integer("max_columns").clamp(1, 32) as usize,
    };
    let proposals = advise::missing_indexes(input.workload, &input.snapshot.catalog, &thresholds);
    proposals.iter().filter_map(|p| finding(input, p)).collect()
}

fn finding(input: &Input, proposal: &Proposal) -> Option<Finding> {
    let table = input.snapshot.catalog.relations.get(&proposal.table)?;
    let change = CreateIndex::new(&table.name, proposal.columns.clone());
    let mut helps = proposal.helps.clone();
    helps.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    helps.dedup_by_key(|h| h.0);
    let saved = |h: &(usize, f64)| input.workload[h.0].statement.total_ms * h.1;
    helps.sort_by(|a, b| saved(b).total_cmp(&saved(a)).then(a.0.cmp(&b.0)));
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
    let assumed = table.statistics.is_empty();
    let mut finding = input
        .finding_on(table, &columns, message)
        .with("rows", input.snapshot.catalog.likely_rows(table))
        .with("statements_helped", helps.len())
        .with("calls", calls)
        .with("mean_ms", if calls > 0 { total_ms / calls as f64 } else { 0.0 })
        .with("total_ms", total_ms)
        .with("statements", shown)
        .with_saving(input.workload_days().map(|days| proposal.saved_ms / days))
        .with_fix(Change::CreateIndex(change));
    if assumed {
        finding = finding.with("statistics", "assumed: none are readable, or the table was never analysed");
        finding.confidence = Confidence::Low;
    }
    Some(finding)
}

/// A statement as evidence: its figures, its text, its plan of today.
fn statement(input: &Input, position: usize) -> Value {
    let s = input.workload[position].statement;
    let plan = input.snapshot.plans.get(&s.fingerprint);
    json!({
        "fingerprint": s.fingerprint,
        "text": one_line(&s.text),
        "calls": s.calls,
        "mean_ms": s.mean_ms(),
        "rows_per_call": s.rows_per_call(),
        "plan": plan.map(|p| p.summary.iter().map(|l| one_line(l)).collect::<Vec<_>>()),
    })
}

fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
