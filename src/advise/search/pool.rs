//! The indexes worth choosing among: candidates of all statements are made, and the planner is asked which of them it would use.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::candidates;
use super::costs::{Asked, Costs};
use super::form::Form;
use crate::error::Result;
use crate::query::Analyzed;
use crate::snapshot::{Oid, Snapshot};
use crate::twin::Twin;
use crate::twin::what_if::{Hypothetical, Wanted, WhatIf};

/// Rounds in which the planner is asked, each without what it has used before.
const ROUNDS: usize = 3;

/// Statements whose candidates are there at the same time: the planner looks at every index of a table, switched on or not.
const TOGETHER: usize = 100;

/// Makes candidates and asks for plans with them; those that no plan uses are forgotten.
pub(super) async fn candidates_used(
    costs: &mut Costs,
    snapshot: &Snapshot,
    workload: &[Analyzed<'_>],
    twin: Option<&Twin>,
    options: &Options,
) -> Result<()> {
    let extensions: Vec<String> = snapshot.server.extensions.iter().map(|e| e.name.clone()).collect();
    let total: f64 = costs.statements.iter().map(|s| s.weight * s.base).sum();
    // all of it would not be worth an index
    let is_little = |s: &Asked| s.weight * s.base <= total * options.min_share;
    let mut of: Vec<(usize, BTreeSet<Wanted>)> = Vec::new();
    for (s, asked) in costs.statements.iter().enumerate().filter(|(_, a)| !is_little(a)) {
        of.push((s, candidates::of_statement(&workload[asked.statement], &snapshot.catalog, &options.limits, &extensions)));
    }
    // statements about the same tables share candidates
    of.sort_by_cached_key(|(s, wanted)| (wanted.iter().map(|w| w.table).min(), *s));
    let mut what_if = twin.map(|twin| WhatIf::new(twin, snapshot, options.model));
    let mut numbers: BTreeMap<Wanted, usize> = BTreeMap::new();
    let mut pool = BTreeSet::new();
    for together in of.chunks(TOGETHER) {
        let new: BTreeSet<&Wanted> = together.iter().flat_map(|(_, w)| w).filter(|w| !numbers.contains_key(w)).collect();
        let mut new: Vec<Wanted> = new.into_iter().cloned().collect();
        // between two that cost the same the planner takes the older: narrow ones, those that a foreign key asks for and those that begin
        // with many values come first
        new.sort_by_cached_key(|w| {
            let form = Form::of(snapshot, w.table, &w.using);
            let order = (!form.is_about_its_rows, !form.is_foreign_key, Reverse(form.values));
            (w.table, columns(&w.using), order, w.using.clone())
        });
        let made = match (&mut what_if, costs.planner.original()) {
            (Some(what_if), _) => what_if.create(&new).await?,
            (None, Some(original)) => original.suppose(snapshot, options.model, &new).await?,
            (None, None) => Vec::new(),
        };
        for (wanted, made) in new.iter().zip(made) {
            if let Some(index) = made {
                numbers.insert(wanted.clone(), costs.add(wanted.table, index));
            }
        }
        for (s, wanted) in together {
            let own: Vec<(usize, &Wanted)> = wanted.iter().filter_map(|w| Some((*numbers.get(w)?, w))).collect();
            for choice in choices(&own) {
                pool.extend(peel(costs, *s, choice).await?);
            }
        }
        let unused: Vec<&Hypothetical> =
            new.iter().filter_map(|w| numbers.get(w)).filter(|n| !pool.contains(*n)).map(|n| &costs.indexes[*n].1).collect();
        if let Some(what_if) = &what_if {
            what_if.forget(&unused).await?;
        }
        numbers.retain(|_, n| pool.contains(n));
    }
    // what one statement uses may serve another as well
    let used: Vec<usize> = pool.into_iter().collect();
    let used = costs.set(&used);
    for (s, _) in &of {
        let others = costs.relevant(*s, &used);
        peel(costs, *s, others).await?;
    }
    Ok(())
}

/// Asks every statement with each index that it may use alone, the dearest statements first: what a search within a budget falls back on
/// when the sets that plans like best are too large.
pub(super) async fn each_alone(costs: &mut Costs, plans: usize) -> Result<()> {
    let until = costs.planner.asked + plans;
    let mut order: Vec<usize> = (0..costs.statements.len()).collect();
    let worth = |s: &usize| costs.statements[*s].weight * costs.statements[*s].base;
    order.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.cmp(b)));
    let all = costs.all();
    for s in order {
        for i in costs.relevant(s, &all) {
            if costs.planner.asked >= until {
                return Ok(());
            }
            let alone = costs.set(&[i]);
            costs.cost(s, &alone).await?;
        }
    }
    Ok(())
}

/// Asks with these indexes, then without those that were used, and so on; each of those used together also alone. Returns all used.
async fn peel(costs: &mut Costs, statement: usize, mut left: Vec<usize>) -> Result<BTreeSet<usize>> {
    let mut pool = BTreeSet::new();
    left.sort_unstable();
    for _ in 0..ROUNDS {
        if left.is_empty() {
            break;
        }
        let (_, used) = costs.ask(statement, &left).await?;
        if used.is_empty() {
            break;
        }
        if used.len() > 1 {
            for i in &used {
                let alone = costs.set(&[*i]);
                costs.cost(statement, &alone).await?;
            }
        }
        left.retain(|i| !used.contains(i));
        pool.extend(used);
    }
    Ok(pool)
}

/// The choices that the planner is given. Narrow indexes first: where a wide one can be had, it never shows what a narrow one would
/// do. Then those that begin with one column each: so every column shows what it is good for.
fn choices(own: &[(usize, &Wanted)]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut widths: Vec<usize> = own.iter().map(|(_, w)| columns(&w.using)).collect();
    widths.sort_unstable();
    widths.dedup();
    for most in widths {
        all.push(own.iter().filter(|(_, w)| columns(&w.using) <= most).map(|(n, _)| *n).collect());
    }
    let mut by_first: BTreeMap<(Oid, &str), Vec<usize>> = BTreeMap::new();
    for (n, wanted) in own {
        let first = wanted.using.split([',', ')']).next().unwrap_or_default();
        by_first.entry((wanted.table, first)).or_default().push(*n);
    }
    all.extend(by_first.into_values());
    all
}

/// Columns of an index; one that is more than columns counts as one.
fn columns(using: &str) -> usize {
    if using.contains(" WHERE ") { 1 } else { using.matches(", ").count() + 1 }
}
