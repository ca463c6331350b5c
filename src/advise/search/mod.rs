//! Index advice that the planner itself has proven, on the twin or, where there is none, on the database with HypoPG.
//!
//! Candidates of every statement are made hypothetically; the planner is asked with all of them, then without those it used, and
//! so on: what it uses is worth thinking about. A search then chooses among these under the budget.

mod calibrate;
pub mod candidates;
pub mod costs;
pub mod draw;
mod drops;
pub mod early_stop;
mod evidence;
mod form;
mod known;
mod partial;
mod place;
mod pool;
pub mod select;
mod senders;
mod shrink;
mod trim;
pub mod upkeep;
mod width;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::query::{self, Analyzed, Resolver, Role, StatementKind};
use crate::snapshot::{Oid, Snapshot};
use crate::twin::index_size::SizeModel;
use crate::twin::planner::{self, Planner, Question};
use crate::twin::what_if::Hypothetical;
use candidates::Limits;
use costs::{Asked, Costs};
use early_stop::EarlyStop;
pub(crate) use evidence::lines as plan_lines;
use form::Form;
pub use place::{Place, Proof};
use select::{Bounds, Search};
use senders::Senders;

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
    /// Existing indexes that are not needed beside the proposals.
    pub redundant: Vec<Redundant>,
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
    /// Whose plans it stands on.
    pub proof: Proof,
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
    /// Whose plans it stands on.
    pub proven: Proof,
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
            proven: self.proof,
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
    /// The next best, which was not taken.
    pub runner_up: Option<RunnerUp>,
}

/// An existing index whose work a proposal does as well.
#[derive(Debug, Clone, PartialEq)]
pub struct Redundant {
    /// Its table.
    pub table: Oid,
    /// The index.
    pub index: Ident,
    /// The proposal: `USING btree (a, b DESC)`.
    pub using: String,
}

/// An index that would have done most of a proposal's work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunnerUp {
    /// `USING btree (a, b DESC) WHERE ...`
    pub using: String,
    /// Estimated size.
    pub bytes: i64,
    /// Why it lost, to follow its name: `saves 12 % less`.
    pub because: String,
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
    /// The plan for any values, with all proposals, where a prepared statement would come to use it.
    pub generic_plan: Option<Vec<String>>,
}

/// Shares of what the user's database may be asked that are used up when its plans of today, those with candidates and those of the
/// choice are there; the rest is for the evidence.
const SHARES: [f64; 3] = [0.3, 0.7, 0.9];

/// Most of the plans that a search within a budget asks for with each index alone: as great a share as the budget is of the tables'
/// bytes, and this part of it. A large budget can be spent in more ways.
const EACH_ALONE: f64 = 0.22;
const MOST_ALONE: f64 = 0.33;

/// Searches for the workload of this snapshot.
///
/// # Errors
/// The twin or the connection is gone.
pub async fn advise(
    snapshot: &Snapshot,
    workload: &[Analyzed<'_>],
    place: Place<'_>,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Advice> {
    let (mut planner, twin) = place.open().await?;
    let mut advice = Advice { proof: if twin.is_some() { Proof::Twin } else { Proof::HypoPg }, ..Advice::default() };
    let resolver = Resolver::new(&snapshot.catalog, query::search_path(&snapshot.server.search_path));
    planner.allow(SHARES[0]);
    let total_ms: f64 = workload.iter().map(|a| a.statement.total_ms).sum();
    let mut senders = Senders::default();
    let mut asked = Vec::new();
    for (place, analyzed) in workload.iter().enumerate() {
        // the database is not asked about what would not be worth an index if it took no time at all
        let negligible = twin.is_none() && analyzed.statement.total_ms < total_ms * options.min_share;
        if !is_planned(analyzed) || negligible {
            continue;
        }
        let role = match twin {
            Some(twin) => senders.role_of(&mut planner, twin, analyzed, snapshot).await?,
            None => None,
        };
        planner.be(role.as_ref());
        let mut found = questions(&mut planner, analyzed, &resolver, snapshot).await.map(|q| (q, role.clone()));
        if found.is_err() && role.is_some() {
            // a role that lacks rights in the twin, as a former superuser does
            planner.be(None);
            found = questions(&mut planner, analyzed, &resolver, snapshot).await.map(|q| (q, None));
        }
        match found {
            Ok(((questions, generic), role)) => {
                let mut asks = Asked::new(place, questions, generic, tables(analyzed, snapshot));
                asks.role = role;
                asked.push(asks);
            }
            Err(why) => advice.not_planned.push((place, why.to_string())),
        }
    }
    let touched: BTreeSet<Oid> = asked.iter().flat_map(|a| a.tables.iter().copied()).collect();
    let mut costs = Costs::new(planner, asked, EarlyStop::new(&snapshot.catalog, &touched));
    progress("plans of today");
    let mut refused = BTreeSet::new();
    for s in 0..costs.statements.len() {
        let plans = costs.plans(s, &[]).await?;
        if plans.iter().all(Option::is_none) {
            let place = costs.statements[s].statement;
            refused.insert(place);
            advice.not_planned.push((place, "the planner refuses it with any values".to_owned()));
        }
        costs.learn(s, &[], plans);
    }
    costs.statements.retain(|s| !refused.contains(&s.statement));
    advice.in_ms = weigh(&mut costs.statements, workload);

    progress("candidates");
    costs.planner.allow(SHARES[1]);
    pool::candidates_used(&mut costs, snapshot, workload, twin, options).await?;
    advice.candidates = costs.indexes.len();
    costs.keep_used();
    progress("choosing");
    costs.planner.allow(SHARES[2]);
    let heap: i64 = snapshot.catalog.relations.values().map(|r| r.table_bytes.unwrap_or(r.pages * 8_192)).sum();
    if options.budget.is_some() || options.max_indexes.is_some() {
        let share = options.budget.map_or(MOST_ALONE, |bytes| bytes as f64 / heap.max(1) as f64 * EACH_ALONE).min(MOST_ALONE);
        let plans = costs.planner.left(options.plans) as f64 * share;
        pool::each_alone(&mut costs, plans as usize).await?;
    }
    let kept = |(table, index): &(Oid, Hypothetical)| {
        if advice.in_ms { upkeep::of_index(snapshot, workload, *table, &index.using) } else { 0.0 }
    };
    let upkeep: Vec<f64> = costs.indexes.iter().map(kept).collect();
    let before: f64 = costs.statements.iter().map(|s| s.weight * s.base).sum();
    let forms: Vec<Form> = costs.indexes.iter().map(|(table, index)| Form::of(snapshot, *table, &index.using)).collect();
    let bounds = Bounds {
        bytes: options.budget,
        count: options.max_indexes,
        share: options.min_share,
        heap_bytes: heap,
        window_ms: advice.in_ms.then(|| snapshot.workload.seconds_until(snapshot.taken_at).map_or(f64::INFINITY, |s| s * 1e3)),
        plans: costs.planner.asked + costs.planner.left(options.plans),
        each_alone: if options.budget.is_some_and(|most| most >= heap) { options.plans } else { 0 },
    };
    let mut search = Search::new(&mut costs, upkeep.clone(), forms, bounds);
    let chosen = search.best().await?;
    advice.cost_before = before;
    advice.cost_after = chosen.cost;
    costs.planner.allow(1.0);
    evidence::proposals(&mut costs, &chosen.set, &upkeep, options, &mut advice).await?;
    let chosen: Vec<usize> = chosen.set.ones().collect();
    drops::redundant(&mut costs, &chosen, snapshot, workload, &mut advice).await?;
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
/// Also as a prepared statement that is planned for any values, where it has parameters.
///
/// # Errors
/// It cannot be planned, or the twin is gone.
pub async fn questions(
    planner: &mut Planner,
    analyzed: &Analyzed<'_>,
    resolver: &Resolver<'_>,
    snapshot: &Snapshot,
) -> Result<(Vec<(f64, Question)>, Option<Question>)> {
    if let Some(question) = planner.of_statement(analyzed, snapshot).await? {
        return Ok((vec![(1.0, question.map_err(Error::new)?)], None));
    }
    let statement = analyzed.statement;
    if let Some(text) = &statement.example
        && query::parameters(text) == Some(0)
    {
        return Ok((vec![(1.0, Question::Text(planner::at_its_time(text)))], None));
    }
    let prepared = planner.prepare(&query::qualified(analyzed.text(), resolver)).await?;
    if prepared.types.is_empty() {
        return Ok((vec![(1.0, Question::Text(prepared.text.clone()))], None));
    }
    let drawn = draw::draws(analyzed, resolver.catalog(), &prepared.numbers, &prepared.types);
    let generic = Question::Generic(prepared.clone());
    Ok((calibrate::questions(planner, analyzed, &prepared, drawn).await?, Some(generic)))
}

/// Calls that prove no habit, where other statements are called so many times more often.
const FEW_CALLS: i64 = 9;
const OFTEN: i64 = 10;
/// A share of all time that is noticed however rarely it is spent.
const MUCH: f64 = 0.01;

/// A unit of a statement's cost counts as many milliseconds as it took; without times, its calls. What ran once or twice beside
/// statements that run all day counts nothing.
fn weigh(statements: &mut [Asked], workload: &[Analyzed]) -> bool {
    let timed = statements.iter().any(|s| workload[s.statement].statement.total_ms > 0.0);
    let calls: i64 = workload.iter().map(|w| w.statement.calls).sum::<i64>() / workload.len().max(1) as i64;
    let total_ms: f64 = workload.iter().map(|w| w.statement.total_ms).sum();
    for asked in statements {
        let statement = workload[asked.statement].statement;
        asked.calls = statement.calls as f64;
        let once = statement.calls <= FEW_CALLS && statement.calls * OFTEN < calls && statement.total_ms < total_ms * MUCH;
        asked.weight = match timed {
            _ if once => 0.0,
            true if asked.base > 0.0 => statement.total_ms / asked.base,
            true => 0.0,
            false => statement.calls.max(1) as f64,
        };
    }
    timed
}
