//! Index advice that the planner itself has proven, on the twin.
//!
//! Candidates of every statement are made hypothetically; the planner is asked with all of them, then without those it used, and
//! so on: what it uses is worth thinking about. A search then chooses among these under the budget.

pub mod candidates;
pub mod costs;
pub mod draw;
mod evidence;
pub mod select;
pub mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::error::Result;
use crate::query::{Analyzed, Role, StatementKind};
use crate::snapshot::{Oid, Snapshot};
use crate::twin::Twin;
use crate::twin::index_size::SizeModel;
use crate::twin::planner::{Planner, Question};
use crate::twin::what_if::{Hypothetical, Wanted, WhatIf};
use candidates::Limits;
use costs::{Asked, Costs, Set};
use select::{Bounds, Search};

/// How the advice is to be.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Which accesses are looked at.
    pub limits: Limits,
    /// Most bytes of all proposals together.
    pub budget: Option<i64>,
    /// Most proposals.
    pub max_indexes: Option<usize>,
    /// Least share of the workload's cost that an index must save.
    pub min_share: f64,
    /// Least factor by which the cost of some statement must fall.
    pub min_gain: f64,
    /// How sizes are reckoned.
    pub model: SizeModel,
    /// Plans that may be asked for, beyond those that every statement needs once.
    pub plans: usize,
}

/// What comes out.
#[derive(Debug, Clone, Default)]
pub struct Advice {
    /// The indexes, the one that saves most first.
    pub proposals: Vec<Proposal>,
    /// Statements that could not be planned, by place in the workload, and why.
    pub not_planned: Vec<(usize, String)>,
    /// Weighted cost of the workload as it is.
    pub cost_before: f64,
    /// With all proposals.
    pub cost_after: f64,
    /// Whether weighted cost is milliseconds; else planner's units.
    pub in_ms: bool,
    /// Plans asked for.
    pub plans: usize,
    /// Candidates made.
    pub candidates: usize,
}

/// What the search came to, for reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Indexes thought of.
    pub candidates: usize,
    /// Plans asked for.
    pub plans: usize,
    /// Statements that could not be planned.
    pub not_planned: usize,
    /// Weighted cost of the workload as it is.
    pub cost_before: f64,
    /// With all proposals, their upkeep included.
    pub cost_after: f64,
    /// `ms` of database time while the workload was counted, or `cost` in the planner's units.
    pub unit: &'static str,
    /// Bytes of all proposals.
    pub bytes: i64,
}

impl Advice {
    /// The figures of the whole.
    pub fn summary(&self) -> Summary {
        Summary {
            candidates: self.candidates,
            plans: self.plans,
            not_planned: self.not_planned.len(),
            cost_before: self.cost_before,
            cost_after: self.cost_after,
            unit: if self.in_ms { "ms" } else { "cost" },
            bytes: self.proposals.iter().map(|p| p.bytes).sum(),
        }
    }
}

/// A proposed index.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The table.
    pub table: Oid,
    /// `USING btree (a, b DESC) WHERE ...`, as `pg_get_indexdef()` prints it.
    pub using: String,
    /// Estimated size.
    pub bytes: i64,
    /// Weighted cost that would come back without it.
    pub saves: f64,
    /// What its upkeep takes of that.
    pub upkeep: f64,
    /// Statements whose plans use it.
    pub helps: Vec<Help>,
    /// The next best that was not taken, and what it would have saved in its place.
    pub runner_up: Option<(String, f64)>,
}

/// A statement that a proposal helps.
#[derive(Debug, Clone)]
pub struct Help {
    /// Its place in the workload.
    pub statement: usize,
    /// Planner's cost of a call before.
    pub cost_before: f64,
    /// With all proposals.
    pub cost_after: f64,
    /// Plan before, one line a node.
    pub plan_before: Vec<String>,
    /// Plan with all proposals.
    pub plan_after: Vec<String>,
}

/// Rounds in which the planner is asked, each without what it has used before.
const ROUNDS: usize = 3;

/// Searches for the workload of this snapshot on its twin.
///
/// # Errors
/// The twin is gone.
pub async fn advise(
    snapshot: &Snapshot,
    workload: &[Analyzed<'_>],
    twin: &Twin,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Advice> {
    let mut advice = Advice::default();
    let mut planner = Planner::open(twin).await?;
    let mut asked = Vec::new();
    for (place, analyzed) in workload.iter().enumerate() {
        if !is_planned(analyzed) {
            continue;
        }
        match questions(&mut planner, analyzed, snapshot).await {
            Ok(questions) => asked.push(Asked::new(place, questions, tables(analyzed, snapshot))),
            Err(why) => advice.not_planned.push((place, why.to_string())),
        }
    }
    let mut costs = Costs { planner, statements: asked, indexes: Vec::new() };
    progress("plans of today");
    let mut planned = Vec::new();
    for s in 0..costs.statements.len() {
        let plans = costs.plans(s, &costs.none()).await?;
        if plans.iter().all(Option::is_none) {
            advice.not_planned.push((costs.statements[s].statement, "the planner refuses it with any values".to_owned()));
        } else {
            planned.push(s);
        }
    }
    let mut at = 0;
    costs.statements.retain(|_| {
        at += 1;
        planned.contains(&(at - 1))
    });
    for s in 0..costs.statements.len() {
        costs.ask(s, &costs.none()).await?;
    }
    advice.in_ms = weigh(&mut costs.statements, workload);

    progress("candidates");
    candidates_used(&mut costs, snapshot, workload, twin, options).await?;
    advice.candidates = costs.indexes.len();
    costs.keep_used();
    progress("choosing");
    let kept = |(table, index): &(Oid, Hypothetical)| {
        if advice.in_ms { upkeep::of_index(snapshot, workload, *table, &index.using) } else { 0.0 }
    };
    let upkeep: Vec<f64> = costs.indexes.iter().map(kept).collect();
    let before: f64 = costs.statements.iter().map(|s| s.weight * s.base).sum();
    let bounds = Bounds {
        bytes: options.budget,
        count: options.max_indexes,
        share: options.min_share,
        plans: costs.planner.asked + options.plans,
    };
    let mut search = Search::new(&mut costs, upkeep.clone(), bounds);
    let chosen = search.best().await?;
    advice.cost_before = before;
    advice.cost_after = chosen.cost;
    evidence::proposals(&mut costs, &chosen.set, &upkeep, options, &mut advice).await?;
    advice.plans = costs.planner.asked;
    costs.planner.close().await?;
    Ok(advice)
}

/// Whether indexes change what it costs.
fn is_planned(analyzed: &Analyzed) -> bool {
    analyzed.analysis.kind != StatementKind::Utility && analyzed.analysis.accesses.iter().any(|a| !matches!(a.role, Role::Insert))
}

/// Tables a statement touches; partitioned ones for partitions that it names.
fn tables(analyzed: &Analyzed, snapshot: &Snapshot) -> BTreeSet<Oid> {
    let mut all = BTreeSet::new();
    for access in &analyzed.analysis.accesses {
        let mut oid = Some(access.relation);
        while let Some(relation) = oid {
            all.insert(relation);
            oid = snapshot.catalog.relations.get(&relation).and_then(|r| r.partition_of);
        }
    }
    all
}

/// The statement as it can be asked: with its own constants where they are known, else with values drawn from the statistics.
pub(crate) async fn questions(
    planner: &mut Planner,
    analyzed: &Analyzed<'_>,
    snapshot: &Snapshot,
) -> Result<Vec<(f64, Question)>> {
    let statement = analyzed.statement;
    if let Some(text) = &statement.example
        && crate::query::parameters(text) == Some(0)
    {
        return Ok(vec![(1.0, Question::Text(text.clone()))]);
    }
    let prepared = planner.prepare(&statement.text).await?;
    if prepared.types.is_empty() {
        return Ok(vec![(1.0, Question::Execute(prepared.name))]);
    }
    let call = |arguments: &[String]| format!("{}({})", prepared.name, arguments.join(", "));
    let draws = draw::draws(analyzed, &snapshot.catalog, &prepared.numbers, &prepared.types);
    let drawn: Vec<(f64, Question)> = draws.into_iter().map(|d| (d.weight, Question::Execute(call(&d.arguments)))).collect();
    // values that cannot be computed with (an interval out of two texts): any values, then
    let plans = planner.plan(&drawn.iter().map(|(_, q)| q).collect::<Vec<_>>(), &[], &[]).await?;
    if plans.iter().any(Option::is_some) {
        return Ok(drawn);
    }
    let nulls: Vec<String> = prepared.types.iter().map(|t| format!("NULL::{t}")).collect();
    Ok(vec![(1.0, Question::Generic(call(&nulls)))])
}

/// A unit of a statement's cost counts as many milliseconds as it took; without times, its calls.
fn weigh(statements: &mut [Asked], workload: &[Analyzed]) -> bool {
    let timed = statements.iter().any(|s| workload[s.statement].statement.total_ms > 0.0);
    for asked in statements {
        let statement = workload[asked.statement].statement;
        asked.weight = match timed {
            true if asked.base > 0.0 => statement.total_ms / asked.base,
            true => 0.0,
            false => statement.calls.max(1) as f64,
        };
    }
    timed
}

/// Makes candidates and asks for plans with them.
async fn candidates_used(
    costs: &mut Costs,
    snapshot: &Snapshot,
    workload: &[Analyzed<'_>],
    twin: &Twin,
    options: &Options,
) -> Result<()> {
    let mut what_if = WhatIf::new(twin, snapshot, options.model);
    let extensions: Vec<String> = snapshot.server.extensions.iter().map(|e| e.name.clone()).collect();
    let total: f64 = costs.statements.iter().map(|s| s.weight * s.base).sum();
    let mut of: Vec<(usize, BTreeSet<Wanted>)> = Vec::new();
    for (s, asked) in costs.statements.iter().enumerate() {
        if asked.weight * asked.base < total * options.min_share {
            continue; // all of it would not be worth an index
        }
        of.push((s, candidates::of_statement(&workload[asked.statement], &snapshot.catalog, &options.limits, &extensions)));
    }
    let all: BTreeSet<&Wanted> = of.iter().flat_map(|(_, w)| w).collect();
    let all: Vec<Wanted> = all.into_iter().cloned().collect();
    let made = what_if.create(&all).await?;
    let mut numbers: BTreeMap<&Wanted, usize> = BTreeMap::new();
    for (wanted, made) in all.iter().zip(made) {
        if let Some(index) = made {
            numbers.insert(wanted, costs.indexes.len());
            costs.indexes.push((wanted.table, index));
        }
    }
    let mut pool = costs.none();
    for (s, wanted) in &of {
        let own: Vec<(usize, &Wanted)> = wanted.iter().filter_map(|w| Some((*numbers.get(w)?, w))).collect();
        for choice in choices(&own) {
            let mut left = costs.none();
            choice.into_iter().for_each(|i| left.insert(i));
            pool.union_with(&peel(costs, *s, left).await?);
        }
    }
    // what one statement uses may serve another as well
    for (s, _) in &of {
        let others = costs.relevant(*s, &pool);
        peel(costs, *s, others).await?;
    }
    Ok(())
}

/// Asks with these indexes, then without those that were used, and so on; each of those used together also alone. Returns all used.
async fn peel(costs: &mut Costs, statement: usize, mut left: Set) -> Result<Set> {
    let mut pool = costs.none();
    for _ in 0..ROUNDS {
        if left.is_clear() {
            break;
        }
        let (_, used) = costs.ask(statement, &left).await?;
        if used.is_clear() {
            break;
        }
        if used.count_ones(..) > 1 {
            for i in used.ones() {
                let mut alone = costs.none();
                alone.insert(i);
                costs.cost(statement, &alone).await?;
            }
        }
        left.difference_with(&used);
        pool.union_with(&used);
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
