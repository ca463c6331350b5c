//! Findings from advice that plans have proven, in the planner twin or with HypoPG on the database.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{SHOWN, count, ranked};
use crate::advise::search::{Advice, Help, Proof, Proposal};
use crate::check::{Confidence, Finding, Input};
use crate::ident::{Ident, mentions, one_line};
use crate::plan::{Change, CreateIndex, IndexColumn};
use crate::query::{Access, FilterOp};
use crate::snapshot::{Oid, Relation};

/// What HypoPG's costs leave out.
const HYPOPG: &str = "costs with it are for the size that HypoPG believes, which knows no deduplication; index_bytes is ours";

pub(super) fn findings(input: &Input, advice: &Advice) -> Vec<Finding> {
    let mut findings: Vec<Finding> = advice.proposals.iter().filter_map(|p| finding(input, advice, p)).collect();
    match advice.proof {
        Proof::Twin => skip_unplanned(input, advice),
        // what the role or a lock kept from being planned is ranked as it would be without HypoPG
        Proof::HypoPg => {
            skip_contained(input, advice);
            let whys: BTreeMap<usize, &str> = advice.not_planned.iter().map(|(place, why)| (*place, why.as_str())).collect();
            let ranked = ranked::findings_of(input, &whys.keys().copied().collect());
            for finding in ranked {
                let served = |f: &Finding| f.object == finding.object && f.columns.starts_with(&finding.columns);
                if !findings.iter().any(served) {
                    findings.push(with_reasons(finding, input, &whys));
                }
            }
        }
    }
    findings
}

/// Says of each statement why it was not planned.
fn with_reasons(mut finding: Finding, input: &Input, whys: &BTreeMap<usize, &str>) -> Finding {
    let why = |fingerprint: &str| {
        let place = input.workload.iter().position(|a| a.statement.fingerprint == fingerprint)?;
        whys.get(&place)
    };
    for statement in finding.evidence.get_mut("statements").and_then(Value::as_array_mut).into_iter().flatten() {
        let reason = statement.get("fingerprint").and_then(Value::as_str).and_then(why);
        if let Some(reason) = reason {
            statement["not_planned"] = json!(one_line(reason));
        }
    }
    finding
}

/// HypoPG knows no GIN: a table that such an index alone would serve is not clean.
fn skip_contained(input: &Input, advice: &Advice) {
    let catalog = &input.snapshot.catalog;
    let all: f64 = input.workload.iter().map(|a| a.statement.total_ms).sum();
    let inside = |a: &&Access| {
        a.filters.iter().any(|f| match &f.operator {
            FilterOp::Json(_) | FilterOp::Array(_) | FilterOp::TextSearch => true,
            FilterOp::Like { anchored, case_insensitive } => *case_insensitive || *anchored != Some(true),
            _ => false,
        })
    };
    let mut tables: BTreeMap<Oid, usize> = BTreeMap::new();
    for (place, analyzed) in input.workload.iter().enumerate() {
        let helped = advice.proposals.iter().any(|p| p.helps.iter().any(|h| h.statement == place));
        if helped || analyzed.statement.total_ms < all * input.number("min_share") {
            continue;
        }
        for access in analyzed.analysis.accesses.iter().filter(inside) {
            *tables.entry(access.relation).or_default() += 1;
        }
    }
    for (table, statements) in tables {
        let large = |r: &&Relation| catalog.likely_rows(r) >= input.number("min_rows");
        if let Some(table) = catalog.relations.get(&table).filter(large) {
            let because = format!(
                "{} of the workload look into texts, arrays or JSON, which GIN indexes serve: HypoPG knows none, a planner twin would",
                count(statements, "statement")
            );
            input.skip(table, because);
        }
    }
}

fn skip_unplanned(input: &Input, advice: &Advice) {
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
        .with("proven", advice.proof.words())
        .with("statements", shown)
        .with_saving(if advice.in_ms { days.map(|d| (proposal.saves - proposal.upkeep).max(0.0) / d) } else { None });
    if advice.proof == Proof::HypoPg {
        finding = finding.with("costs", HYPOPG);
    }
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
pub(in crate::check::detect) fn change(table: &Relation, using: &str) -> CreateIndex {
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
