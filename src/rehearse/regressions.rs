//! Every statement of the workload before and after: which fail, which get dearer, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::causes::{Case, Changes};
use super::outcome::{Change, Outcome, Regression, Skipped};
use super::plans::{After, Planned, Verdict, of_statement};
use crate::error::Result;
use crate::ident::Ident;
use crate::query::{self, Analyzed};
use crate::snapshot::{Oid, Snapshot};
use crate::twin::Twin;
use crate::twin::sessions::{self, As, sender};

/// Planner's units by which a cost must differ to be noticed: two pages.
const NOISE: f64 = 2.0;

/// Puts them into the outcome.
///
/// # Errors
/// A twin is gone.
pub async fn find(
    (before, original): (&Twin, &Snapshot),
    (after, changed): (&Twin, &Snapshot),
    changes: &Changes<'_>,
    min_rise: f64,
    outcome: &mut Outcome,
) -> Result<()> {
    let (workload, unreadable) = query::analyze_all(original);
    let skipped = |what: String, because: String| Skipped { what, because, cure: None, acknowledged: false };
    for (text, why) in unreadable {
        outcome.summary.not_planned += 1;
        outcome.skipped.push(skipped(text, why));
    }
    let mut without_rights: BTreeMap<Ident, usize> = BTreeMap::new();
    let (mut old, mut new) = sessions::both((before, original), (after, changed)).await?;
    for analyzed in &workload {
        let who = sender(analyzed.statement, &original.catalog, &changed.catalog);
        let planned = match of_statement(&mut old, &mut new, analyzed, original, who.clone()).await? {
            Verdict::None => continue,
            Verdict::NotPlanned(why) => {
                outcome.summary.not_planned += 1;
                outcome.skipped.push(skipped(analyzed.statement.text.clone(), why));
                continue;
            }
            Verdict::Planned(planned) => *planned,
        };
        outcome.summary.planned += 1;
        if let (As::Role(role), true) = (&who, planned.who != who) {
            *without_rights.entry(role.clone()).or_default() += 1;
        }
        let Some(change) = change(&planned, min_rise, outcome) else { continue };
        outcome.regressions.push(regression(change, analyzed, planned, changes));
    }
    for (role, n) in without_rights {
        let note = format!("role {role} lacks rights in the twin: {n} of its statements planned without its policies");
        outcome.notes.push(note);
    }
    old.close().await?;
    new.close().await?;
    outcome.regressions.sort_by(|a, b| {
        a.change.cmp(&b.change).then_with(|| b.weight().total_cmp(&a.weight())).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    Ok(())
}

/// Whether it is a regression; counts it.
fn change(planned: &Planned, min_rise: f64, outcome: &mut Outcome) -> Option<Change> {
    let summary = &mut outcome.summary;
    let (cost, typed) = match &planned.after {
        After::Fails(_) => {
            summary.fail += 1;
            return Some(Change::Fails);
        }
        After::Plan { cost, typed, .. } => (*cost, typed.is_some()),
    };
    let before = planned.cost_before;
    if typed {
        summary.fail_typed += 1;
        return Some(Change::FailsTyped);
    }
    if cost >= before * min_rise && cost - before >= NOISE {
        summary.dearer += 1;
        return Some(Change::Dearer);
    }
    if before >= cost * min_rise && before - cost >= NOISE {
        summary.cheaper += 1;
    }
    None
}

fn regression(change: Change, analyzed: &Analyzed<'_>, planned: Planned, changes: &Changes<'_>) -> Regression {
    let statement = analyzed.statement;
    let (cost_after, plan, error) = match &planned.after {
        After::Fails(why) => (None, None, Some(why.clone())),
        After::Plan { cost, plan, typed } => (Some(*cost), Some(plan), typed.clone()),
    };
    let relations: BTreeSet<Oid> = analyzed.analysis.accesses.iter().map(|a| a.relation).collect();
    let causes =
        changes.of(&Case { text: &statement.text, relations, before: &planned.before, after: plan, error: error.as_deref() });
    Regression {
        change,
        fingerprint: statement.fingerprint.clone(),
        text: statement.text.clone(),
        calls: statement.calls,
        mean_ms: statement.mean_ms(),
        total_ms: statement.total_ms,
        cost_before: rounded(planned.cost_before),
        cost_after: cost_after.map(rounded),
        error,
        role: planned.who.name(),
        causes,
        plan_before: planned.before.lines(&|_| None),
        plan_after: plan.map(|p| p.lines(&|_| None)).unwrap_or_default(),
    }
}

/// As the planner prints it.
fn rounded(cost: f64) -> f64 {
    (cost * 100.0).round() / 100.0
}
