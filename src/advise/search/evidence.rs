//! What each chosen index is worth, for which statements, with their plans before and after.

use super::costs::{Costs, Set};
use super::{Advice, Help, Options, Proposal, RunnerUp};
use crate::error::Result;
use crate::snapshot::Oid;
use crate::twin::planner::Explained;
use crate::twin::what_if::{Hypothetical, number_of};

/// An index that speeds up no statement by much is proposed all the same where it saves this share of the whole.
const NOTICED: f64 = 0.01;
/// The same within a budget.
const NOTICED_IN_BUDGET: f64 = 0.0005;
/// Savings that differ by less than this share are alike.
const ALIKE: f64 = 0.01;
/// A statement that gets cheaper by this factor is shown.
const SHOWN: f64 = 1.05;
const SHOWN_IN_BUDGET: f64 = 1.002;
/// One statement may cost so much that shares of the whole say nothing: at most so many times what is left counts.
const LARGE: f64 = 3.0;

/// What each chosen index is worth, and for whom.
pub(super) async fn proposals(
    costs: &mut Costs,
    set: &Set,
    upkeep: &[f64],
    options: &Options,
    advice: &mut Advice,
) -> Result<()> {
    let within_budget = options.budget.is_some() || options.max_indexes.is_some();
    // who names a budget wants it spent
    let (least, shown) = if within_budget { (NOTICED_IN_BUDGET, SHOWN_IN_BUDGET) } else { (NOTICED, SHOWN) };
    for i in set.ones() {
        let mut without = set.clone();
        without.remove(i);
        let mut saves = 0.0;
        let mut noticed = false;
        let mut helps = Vec::new();
        for s in 0..costs.statements.len() {
            if !costs.relevant(s, set).contains(&i) {
                continue;
            }
            let with = costs.cost(s, set).await?;
            let alone = costs.cost(s, &without).await?;
            let (weight, statement) = (costs.statements[s].weight, costs.statements[s].statement);
            saves += weight * (alone - with);
            noticed |= alone >= with * options.min_gain;
            if alone > with * options.min_gain.min(shown) {
                let given = costs.relevant(s, set);
                let before = costs.plans(s, &[]).await?;
                let after = costs.plans(s, &given).await?;
                let (cost_before, cost_after) = (costs.planned_at(s, &before), costs.planned_at(s, &after));
                let generic = costs.generic_plan(s, &given, cost_after).await?;
                let plan_after = after.iter().flatten().next().map(|p| lines(p, &costs.indexes)).unwrap_or_default();
                helps.push(Help {
                    statement,
                    cost_before,
                    cost_after,
                    plan_before: before.iter().flatten().next().map(|p| lines(p, &costs.indexes)).unwrap_or_default(),
                    generic_plan: generic.map(|p| lines(&p, &costs.indexes)).filter(|g| shape(g) != shape(&plan_after)),
                    plan_after,
                });
            }
        }
        if !noticed && saves < advice.cost_before.min(advice.cost_after * LARGE) * least {
            continue; // nothing that anybody would notice
        }
        if helps.is_empty() {
            continue; // a little for many, and nothing that could be shown
        }
        let (table, index) = &costs.indexes[i];
        advice.proposals.push(Proposal {
            table: *table,
            using: index.using.clone(),
            bytes: index.bytes,
            saves,
            upkeep: upkeep[i],
            helps,
            runner_up: runner_up(costs, &without, i, upkeep),
        });
    }
    advice.proposals.sort_by(|a, b| b.saves.total_cmp(&a.saves).then_with(|| (a.table, &a.using).cmp(&(b.table, &b.using))));
    Ok(())
}

/// What would do most in the place of an index, as far as plans have shown, and why it was not taken.
fn runner_up(costs: &Costs, without: &Set, index: usize, upkeep: &[f64]) -> Option<RunnerUp> {
    let (table, taken) = &costs.indexes[index];
    let left = |set: &Set| -> f64 {
        let of_table = costs.statements.iter().filter(|s| s.tables.contains(table));
        of_table.map(|s| s.weight * s.at_most(set)).sum()
    };
    let with = |i: usize| {
        let mut set = without.clone();
        set.insert(i);
        set
    };
    let lost = left(without);
    let saves = |i: usize| lost - left(&with(i)) - upkeep[i];
    let own = saves(index);
    let others = (0..costs.indexes.len()).filter(|i| *i != index && !without.contains(*i) && costs.indexes[*i].0 == *table);
    let (other, its) =
        others.map(|i| (i, saves(i))).filter(|(_, s)| *s > 0.0).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let index = &costs.indexes[other].1;
    let because = if its < own * (1.0 - ALIKE) {
        format!("saves {:.0} % less", (1.0 - its / own.max(f64::MIN_POSITIVE)) * 100.0)
    } else if index.bytes > taken.bytes {
        format!("saves as much and is {:.1} times as large", index.bytes as f64 / taken.bytes.max(1) as f64)
    } else {
        "saves as much".to_owned()
    };
    Some(RunnerUp { using: index.using.clone(), bytes: index.bytes, because })
}

/// A plan's lines without their figures.
fn shape(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|l| l.rsplit_once(" (cost").map_or(l.as_str(), |(head, _)| head)).collect()
}

/// A plan, one line a node, without literals; new indexes by what they are on.
pub(crate) fn lines(plan: &Explained, indexes: &[(Oid, Hypothetical)]) -> Vec<String> {
    let new = |name: &str| {
        let index = number_of(name).and_then(|n| indexes.iter().find(|(_, h)| h.number == n));
        index.map(|(_, h)| format!("new {}", h.using.trim_start_matches("USING ")))
    };
    plan.lines(&new)
}
