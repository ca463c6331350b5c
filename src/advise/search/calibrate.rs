//! Values of parameters made to agree with what was counted: with the right ones the planner expects about as many rows as a call gave.

use std::sync::Arc;

use serde_json::Value;

use super::draw::{Draw, Drawn};
use crate::error::Result;
use crate::query::{Analyzed, StatementKind};
use crate::twin::planner::{Argument, Explained, Planner, Prepared, Question};

/// Factor by which expected and counted rows may differ.
const CLOSE: f64 = 4.0;
/// Plans that are asked for to find better values.
const TRIALS: usize = 24;

/// The statement with values, each with the share of its calls; with any values (generic plan) when none can be computed with.
///
/// # Errors
/// The twin is gone.
pub async fn questions(
    planner: &mut Planner,
    analyzed: &Analyzed<'_>,
    prepared: &Arc<Prepared>,
    drawn: Drawn,
) -> Result<Vec<(f64, Question)>> {
    let question = |arguments: &[Argument]| Question::Values(prepared.clone(), arguments.to_vec());
    let all: Vec<Question> = drawn.draws.iter().map(|d| question(&d.arguments)).collect();
    let plans = planner.plan(&all.iter().collect::<Vec<_>>(), &[], &[]).await?;
    if plans.iter().all(Option::is_none) {
        return Ok(vec![(1.0, Question::Generic(prepared.clone()))]);
    }
    let kept = |draws: &[Draw]| draws.iter().map(|d| (d.weight, question(&d.arguments))).collect();
    let Some(counted) = counted(analyzed) else { return Ok(kept(&drawn.draws)) };
    let off = |rows: f64| (rows.max(1.0) / counted).ln().abs();
    let expected: f64 = drawn.draws.iter().zip(&plans).map(|(d, p)| d.weight * p.as_ref().map_or(1.0, rows)).sum();
    if off(expected) <= CLOSE.ln() {
        return Ok(kept(&drawn.draws));
    }
    let each = drawn.draws.iter().zip(&plans).filter_map(|(d, p)| Some((off(rows(p.as_ref()?)), d)));
    let Some((mut best, start)) = each.min_by(|a, b| a.0.total_cmp(&b.0)) else { return Ok(kept(&drawn.draws)) };
    let mut arguments = start.arguments.clone();
    let mut trials = 0;
    // one parameter after the other, each as it fits best
    for (place, others) in drawn.others.iter().enumerate() {
        for other in others {
            if best <= CLOSE.ln() / 2.0 || trials >= TRIALS {
                break;
            }
            let mut tried = arguments.clone();
            tried[place].clone_from(other);
            trials += 1;
            let plan = planner.plan(&[&question(&tried)], &[], &[]).await?.pop().flatten();
            let this = plan.as_ref().map_or(f64::MAX, |p| off(rows(p)));
            if this < best * 0.9 {
                (best, arguments) = (this, tried);
            }
        }
    }
    Ok(vec![(1.0, question(&arguments))])
}

/// Rows a call gave or touched, where the plan says as many: at least one, as planners expect.
fn counted(analyzed: &Analyzed) -> Option<f64> {
    let (statement, top) = (analyzed.statement, &analyzed.analysis.top_level);
    let says = match analyzed.analysis.kind {
        StatementKind::Select => !top.aggregates_only,
        StatementKind::Update | StatementKind::Delete => true,
        _ => false,
    };
    // a workload file says no rows
    let known = statement.calls > 0 && statement.total_ms > 0.0;
    (says && known).then(|| statement.rows_per_call().max(1.0))
}

/// Rows that a plan expects to give, or to touch.
fn rows(plan: &Explained) -> f64 {
    let number = |node: &Value| node.get("Plan Rows").and_then(Value::as_f64).unwrap_or(1.0);
    let modifies = plan.root.get("Node Type").and_then(Value::as_str) == Some("ModifyTable");
    let inner = plan.root.get("Plans").and_then(Value::as_array).filter(|_| modifies);
    let outer = |n: &&Value| n.get("Parent Relationship").and_then(Value::as_str) != Some("InitPlan");
    inner.map_or_else(|| number(&plan.root), |plans| plans.iter().filter(outer).map(number).sum())
}
