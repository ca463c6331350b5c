//! Findings from advice that the planner twin has proven.

use serde_json::{Value, json};

use super::{SHOWN, count};
use crate::advise::search::{Advice, Help, Proposal};
use crate::check::{Confidence, Finding, Input};
use crate::ident::{Ident, one_line};
use crate::plan::{Change, CreateIndex, IndexColumn};
use crate::snapshot::Relation;

pub(super) fn findings(input: &Input, advice: &Advice) -> Vec<Finding> {
    let mut unplanned: Vec<(&Relation, usize, &str)> = Vec::new();
    for (place, why) in &advice.not_planned {
        for access in &input.workload[*place].analysis.accesses {
            let Some(table) = input.snapshot.catalog.relations.get(&access.relation) else { continue };
            match unplanned.iter_mut().find(|(t, ..)| t.oid == table.oid) {
                Some((_, n, _)) => *n += 1,
                None => unplanned.push((table, 1, why)),
            }
        }
    }
    for (table, statements, why) in unplanned {
        let because = format!(
            "{} of the workload could not be planned, so no index is proposed for them: {}",
            count(statements, "statement"),
            one_line(why)
        );
        input.skip(table, because);
    }
    advice.proposals.iter().filter_map(|p| finding(input, advice, p)).collect()
}

fn finding(input: &Input, advice: &Advice, proposal: &Proposal) -> Option<Finding> {
    let catalog = &input.snapshot.catalog;
    let table = catalog.relations.get(&proposal.table)?;
    let mut change = change(table, &proposal.using);
    change.bytes = Some(proposal.bytes);
    let columns: Vec<Ident> = change.columns.iter().map(|c| c.column.clone()).collect();
    let mut helps: Vec<&Help> = proposal.helps.iter().collect();
    let saved =
        |h: &Help| input.workload[h.statement].statement.total_ms.max(1e-9) * (1.0 - h.cost_after / h.cost_before.max(1e-9));
    helps.sort_by(|a, b| saved(b).total_cmp(&saved(a)).then(a.statement.cmp(&b.statement)));
    let statements = helps.iter().map(|h| input.workload[h.statement].statement);
    let calls: i64 = statements.clone().map(|s| s.calls).sum();
    let total_ms: f64 = statements.map(|s| s.total_ms).sum();
    let what = match &change.using {
        Some(using) => using.strip_prefix("USING ").unwrap_or(using).to_owned(),
        None => format!("({})", change.column_list()),
    };
    let (before, after) = helps.iter().fold((0.0, 0.0), |(b, a), h| {
        let calls = input.workload[h.statement].statement.calls.max(1) as f64;
        (b + h.cost_before * calls, a + h.cost_after * calls)
    });
    let factor = if after > 0.0 { before / after } else { 1.0 };
    let message = format!(
        "{}: no index {}{what}; {} of the workload, {calls} calls, would use it: planned at {factor:.1} times less",
        table.name,
        if change.using.is_some() { "" } else { "on " },
        count(helps.len(), "statement"),
    );
    let shown: Vec<Value> = helps.iter().take(SHOWN).map(|h| statement(input, h)).collect();
    let days = input.workload_days();
    let mut finding = input
        .finding_on(table, &columns, message)
        .with("rows", catalog.likely_rows(table))
        .with("statements_helped", helps.len())
        .with("calls", calls)
        .with("mean_ms", if calls > 0 { total_ms / calls as f64 } else { 0.0 })
        .with("total_ms", total_ms)
        .with("cost_before", before.round())
        .with("cost_after", after.round())
        .with("index_bytes", proposal.bytes)
        .with("proven", "planner twin")
        .with("statements", shown)
        .with_saving(if advice.in_ms { days.map(|d| (proposal.saves - proposal.upkeep).max(0.0) / d) } else { None });
    if advice.in_ms {
        finding = finding.with("upkeep_ms", proposal.upkeep.round());
    }
    if change.using.is_some() {
        // two indexes on the same columns are two findings
        let object = format!("{} {what}", table.name);
        finding.fingerprint = Finding::fingerprint_of(&finding.check, &object, &columns);
        finding = finding.with("definition", what);
    }
    if columns.iter().all(|c| catalog.column_statistics(table, c).is_none()) {
        finding = finding.with("statistics", "assumed: none are readable, or the table was never analysed");
        finding.confidence = Confidence::Low;
    }
    if let Some(other) = &proposal.runner_up {
        let definition = other.using.strip_prefix("USING ").unwrap_or(&other.using);
        finding = finding.with("runner_up", format!("{definition}: {}", other.because));
    }
    finding = hot_updates(finding, input, table, &columns);
    Some(finding.with_fix(Change::CreateIndex(change)))
}

/// An index on a column that is updated all the time ends HOT updates: every such update then writes every index of the table.
fn hot_updates(finding: Finding, input: &Input, table: &Relation, columns: &[Ident]) -> Finding {
    let Some(activity) = table.activity.as_ref().filter(|a| a.hot_updated > 0) else { return finding };
    let sets = |c: &&Ident| {
        let assigned = |a: &crate::query::Access| a.relation == table.oid && a.assigned.iter().any(|x| x.column == **c);
        let updates =
            |w: &&crate::query::Analyzed| w.analysis.accesses.iter().any(|a| a.role == crate::query::Role::Update && assigned(a));
        input.workload.iter().filter(updates).map(|w| w.statement.calls).sum::<i64>() > 0
    };
    let updated: Vec<String> = columns.iter().filter(sets).map(|c| one_line(&c.to_string())).collect();
    if updated.is_empty() {
        return finding;
    }
    let share = activity.hot_updated as f64 / activity.updated.max(1) as f64 * 100.0;
    finding.with(
        "hot_updates",
        format!("{share:.0} % of the table's updates are HOT now; those that set {} would not be any more", updated.join(", ")),
    )
}

/// The index as a change: plain ascending and descending columns by name, anything else as the server prints it.
fn change(table: &Relation, using: &str) -> CreateIndex {
    let inner = using.strip_prefix("USING btree (").and_then(|t| t.strip_suffix(')'));
    let key = |text: &str| {
        let text = text.trim();
        let (name, descending) = text.strip_suffix(" DESC").map_or((text, false), |n| (n, true));
        let column = table.columns.iter().find(|c| c.name.to_string() == name)?;
        Some(IndexColumn { column: column.name.clone(), descending })
    };
    let plain: Option<Vec<IndexColumn>> = inner.and_then(|t| t.split(", ").map(key).collect());
    match plain {
        Some(columns) => CreateIndex::new(&table.name, columns),
        None => {
            let named =
                table.columns.iter().filter(|c| mentions(using, &c.name.to_string())).map(|c| IndexColumn::ascending(&c.name));
            CreateIndex::with_definition(&table.name, named.collect(), using)
        }
    }
}

/// Whether a definition names a column.
fn mentions(definition: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    definition.match_indices(name).any(|(at, _)| {
        let before = definition[..at].chars().next_back().is_some_and(part);
        let after = definition[at + name.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

/// A statement as evidence: its figures, its text, its plans.
fn statement(input: &Input, help: &Help) -> Value {
    let s = input.workload[help.statement].statement;
    let lines = |plan: &[String]| plan.iter().map(|l| one_line(l)).collect::<Vec<_>>();
    let mut value = json!({
        "fingerprint": s.fingerprint,
        "text": one_line(&s.text),
        "calls": s.calls,
        "mean_ms": s.mean_ms(),
        "rows_per_call": s.rows_per_call(),
        "cost_before": help.cost_before.round(),
        "cost_after": help.cost_after.round(),
        "plan": lines(&help.plan_before),
        "plan_after": lines(&help.plan_after),
    });
    if let Some(plan) = &help.generic_plan {
        value["plan_of_prepared_statement"] = json!(lines(plan));
    }
    value
}
