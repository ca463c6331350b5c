//! What each chosen index is worth, for which statements, with their plans before and after.

use super::costs::{Costs, Set};
use super::{Advice, Help, Options, Proposal};
use crate::error::Result;
use crate::snapshot::Oid;
use crate::twin::planner::Explained;
use crate::twin::what_if::{Hypothetical, number_of};

/// An index that speeds up no statement by much is proposed all the same where it saves this share of the whole.
const NOTICED: f64 = 0.003;
/// The same within a budget.
const NOTICED_IN_BUDGET: f64 = 0.0005;
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
    for i in set.ones() {
        let mut without = set.clone();
        without.remove(i);
        let mut saves = 0.0;
        let mut noticed = false;
        let mut helps = Vec::new();
        for s in 0..costs.statements.len() {
            if !costs.relevant(s, set).contains(i) {
                continue;
            }
            let with = costs.cost(s, set).await?;
            let alone = costs.cost(s, &without).await?;
            let (base, weight, statement) = {
                let asked = &costs.statements[s];
                (asked.base, asked.weight, asked.statement)
            };
            saves += weight * (alone - with);
            noticed |= alone >= with * options.min_gain;
            if alone > with * options.min_gain.min(1.05) {
                let given = costs.relevant(s, set);
                let before = costs.plans(s, &costs.none()).await?;
                let after = costs.plans(s, &given).await?;
                helps.push(Help {
                    statement,
                    cost_before: base,
                    cost_after: with,
                    plan_before: before.iter().flatten().next().map(|p| lines(p, &costs.indexes)).unwrap_or_default(),
                    plan_after: after.iter().flatten().next().map(|p| lines(p, &costs.indexes)).unwrap_or_default(),
                });
            }
        }
        // who names a budget wants it spent
        let least = if options.budget.is_some() || options.max_indexes.is_some() { NOTICED_IN_BUDGET } else { NOTICED };
        if !noticed && saves < advice.cost_before.min(advice.cost_after * LARGE) * least {
            continue; // nothing that anybody would notice
        }
        let (table, index) = &costs.indexes[i];
        advice.proposals.push(Proposal {
            table: *table,
            using: index.using.clone(),
            bytes: index.bytes,
            saves,
            upkeep: upkeep[i],
            helps,
            runner_up: None,
        });
    }
    advice.proposals.sort_by(|a, b| b.saves.total_cmp(&a.saves).then_with(|| (a.table, &a.using).cmp(&(b.table, &b.using))));
    Ok(())
}

/// A plan, one line a node, without literals; new indexes by what they are on.
fn lines(plan: &Explained, indexes: &[(Oid, Hypothetical)]) -> Vec<String> {
    let new = |name: &str| {
        let index = number_of(name).and_then(|n| indexes.iter().find(|(_, h)| h.number == n));
        index.map(|(_, h)| format!("new {}", h.using.trim_start_matches("USING ")))
    };
    plan.lines(&new)
}
