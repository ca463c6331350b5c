//! The choice: the set of indexes that leaves the least weighted cost within the budget.
//!
//! Several greedy starts (benefit, benefit for its bytes, something in between) over what plans have shown to be possible; each set
//! that looks better is asked of the planner before it counts, which shows more that is possible. Then swaps, additions and removals
//! until nothing helps. Always in the same order, so that the same snapshot gives the same advice.

use std::collections::BTreeSet;

use super::costs::{Asked, Costs, Set};
use super::form::Form;
use super::known::{Additions, State, View};
use super::pool;
use crate::error::Result;
use crate::snapshot::Oid;

/// Limits of the choice.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most bytes of all indexes together.
    pub bytes: Option<i64>,
    /// Most indexes.
    pub count: Option<usize>,
    /// Least share of what the workload costs at best that an index must save to be worth having.
    pub share: f64,
    /// Bytes of all tables.
    pub heap_bytes: i64,
    /// How long the workload was counted, where weighted cost is milliseconds.
    pub window_ms: Option<f64>,
    /// Plans that may have been asked for when the search ends.
    pub plans: usize,
    /// Plans up to which it goes on to ask for more of what single indexes do.
    pub each_alone: usize,
}

impl Bounds {
    /// Whether one index must make room for another.
    pub(super) fn bind(&self) -> bool {
        self.bytes.is_some() || self.count.is_some()
    }
}

/// A set and what it leaves, as the planner says.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The indexes.
    pub set: Set,
    /// Weighted cost of the workload with them, their upkeep included.
    pub cost: f64,
    /// Cost of a call of each statement.
    pub(super) each: Vec<f64>,
}

/// `random_page_cost` by default.
pub(super) const PAGE: f64 = 4.0;
/// How a gain is weighed against the bytes it takes.
const STARTS: [f64; 4] = [1.0, 0.0, 0.5, 0.75];
/// A gain smaller than this share of the whole is none.
const NOISE: f64 = 1e-4;
/// Shares are counted of so many times what the best indexes leave: that stays the same when some of them are there.
const LARGE: f64 = 10.0;
/// Neighbours of a set that are asked of the planner before it counts as the best around.
pub(super) const TRIED: usize = 8;
/// Beginnings that a set is grown from.
const BEGINNINGS: usize = 60;
/// Grown sets that are improved.
const IMPROVED: usize = 8;
/// Up to so many indexes two are exchanged for others.
const EXCHANGED: usize = 32;

/// Searches.
pub struct Search<'c> {
    /// Costs of statements.
    pub costs: &'c mut Costs,
    upkeep: Vec<f64>,
    /// What each index is like.
    pub(super) forms: Vec<Form>,
    pub(super) bounds: Bounds,
    /// Least weighted cost that an index must save.
    pub(super) least: f64,
    /// What shares are counted of: as much as a workload without indexes may well cost.
    pub(super) whole: f64,
    /// What the workload costs without any.
    pub(super) nothing: f64,
    additions: Additions,
    /// What has been asked of the planner and was no better.
    seen: BTreeSet<Set>,
}

impl<'c> Search<'c> {
    /// Over these costs; `upkeep` is what keeping each index costs, in weighted cost.
    pub fn new(costs: &'c mut Costs, upkeep: Vec<f64>, forms: Vec<Form>, bounds: Bounds) -> Self {
        let (additions, seen) = (Additions::default(), BTreeSet::new());
        let mut search = Self { costs, upkeep, forms, bounds, least: 0.0, whole: 0.0, nothing: 0.0, additions, seen };
        search.additions.learn(search.costs);
        let all = search.costs.all();
        let sum = |of: &dyn Fn(&Asked) -> f64| search.costs.statements.iter().map(|s| s.weight * of(s)).sum::<f64>();
        let best = sum(&|s| s.at_most(&all));
        search.nothing = sum(&|s| s.base);
        search.least = best * bounds.share;
        search.whole = best * LARGE;
        search
    }

    pub(super) fn view(&self) -> View<'_> {
        View { costs: self.costs, upkeep: &self.upkeep, additions: &self.additions }
    }

    /// The best set found.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn best(&mut self) -> Result<Chosen> {
        let none = self.costs.none();
        let empty = self.verified(&none, None).await?;
        let mut best = self.begun(&empty, empty.clone()).await?;
        // a large budget can be spent in many ways: what is left of the plans shows more of what single indexes do
        let plans = self.bounds.plans.min(self.bounds.each_alone);
        while self.costs.planner.asked < plans {
            let asked = self.costs.planner.asked;
            pool::each_alone(self.costs, (plans - asked).div_ceil(2)).await?;
            self.additions.learn(self.costs);
            if self.costs.planner.asked == asked {
                break;
            }
            best = self.begun(&empty, best).await?;
        }
        let best = self.prune(best).await?;
        if self.bounds.bind() {
            return Ok(best);
        }
        let best = self.widened(best).await?;
        let best = self.narrowed(best).await?;
        self.prune(best).await
    }

    /// The best of what is found from all beginnings and from a set.
    async fn begun(&mut self, empty: &Chosen, best: Chosen) -> Result<Chosen> {
        let mut best = self.improve(best).await?;
        for start in self.starts(&empty.set) {
            let start = self.verified(&start, Some(empty)).await?;
            let found = self.improve(start).await?;
            if found.cost < best.cost * (1.0 - NOISE) {
                best = found;
            }
        }
        // with all there is beside it, the planner shows what else goes with the best set
        while self.explore(&best).await? {
            let found = self.improve(best.clone()).await?;
            if found.cost >= best.cost * (1.0 - NOISE) {
                break;
            }
            best = found;
        }
        Ok(best)
    }

    /// Sets to begin with: grown from nothing, and where there is a budget also from each of the most promising beginnings; the best of
    /// them by what is known.
    fn starts(&self, none: &Set) -> Vec<Set> {
        let view = self.view();
        let empty = view.state(none);
        let grown_from = |state: &State, power: f64| {
            let mut state = state.clone();
            self.grow(&mut state, power);
            state
        };
        if !self.bounds.bind() {
            return vec![grown_from(&empty, 0.0).set];
        }
        let mut grown: Vec<State> = STARTS.iter().map(|power| grown_from(&empty, *power)).collect();
        let mut beginnings: Vec<(f64, usize)> = (0..self.additions.all().len())
            .filter(|a| self.fits(&empty, *a))
            .map(|a| (empty.gain(a) / (view.bytes(&empty, a) as f64).sqrt(), a))
            .collect();
        beginnings.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, addition) in beginnings.into_iter().take(BEGINNINGS) {
            let mut begun = empty.clone();
            view.put(&mut begun, &self.additions.all()[addition]);
            grown.extend([1.0, 0.5].map(|power| grown_from(&begun, power)));
        }
        let mut unbound = empty.clone();
        self.grow_freely(&mut unbound);
        let mut shrunk = self.shrunk(unbound);
        self.grow(&mut shrunk, 0.5);
        grown.push(shrunk);
        grown.sort_by(|a, b| a.total.total_cmp(&b.total).then_with(|| a.set.cmp(&b.set)));
        grown.dedup_by(|a, b| a.set == b.set);
        grown.into_iter().take(IMPROVED).map(|s| s.set).collect()
    }

    /// A set as the planner says. Of statements that another set's indexes leave as they are, its costs hold.
    pub(super) async fn verified(&mut self, set: &Set, like: Option<&Chosen>) -> Result<Chosen> {
        let tables: Option<BTreeSet<Oid>> =
            like.map(|like| like.set.symmetric_difference(set).map(|i| self.costs.indexes[i].0).collect());
        let mut each = Vec::with_capacity(self.costs.statements.len());
        for s in 0..self.costs.statements.len() {
            let same = like.zip(tables.as_ref()).filter(|(_, t)| self.costs.statements[s].tables.is_disjoint(t));
            each.push(match same {
                Some((like, _)) => like.each[s],
                None if self.costs.planner.asked < self.bounds.plans => self.costs.cost(s, set).await?,
                None => self.costs.statements[s].at_most(set),
            });
        }
        self.additions.learn(self.costs);
        let kept: f64 = set.ones().map(|i| self.upkeep[i]).sum();
        let cost = self.costs.statements.iter().zip(&each).map(|(s, cost)| s.weight * cost).sum::<f64>() + kept;
        Ok(Chosen { set: set.clone(), cost, each })
    }

    fn fits(&self, state: &State, addition: usize) -> bool {
        let (view, bounds) = (self.view(), &self.bounds);
        let new = view.new_indexes(state, addition);
        let count = bounds.count.is_none_or(|most| state.set.count_ones(..) + new <= most);
        new > 0 && count && bounds.bytes.is_none_or(|most| state.bytes + view.bytes(state, addition) <= most)
    }

    /// Adds what gains most for its bytes, until nothing gains.
    fn grow(&self, state: &mut State, power: f64) {
        self.grow_where(state, power, &|state, addition| self.fits(state, addition));
    }

    /// Adds what gains most, whatever its bytes, until nothing gains.
    fn grow_freely(&self, state: &mut State) {
        self.grow_where(state, 0.0, &|state, addition| self.view().new_indexes(state, addition) > 0);
    }

    fn grow_where(&self, state: &mut State, power: f64, fits: &dyn Fn(&State, usize) -> bool) {
        let view = self.view();
        loop {
            let mut best: Option<(f64, usize)> = None;
            for addition in 0..self.additions.all().len() {
                let gain = state.gain(addition);
                if gain <= self.least || !fits(state, addition) {
                    continue;
                }
                let score = if power == 0.0 { gain } else { gain / (view.bytes(state, addition) as f64).powf(power) };
                if best.as_ref().is_none_or(|(s, _)| score > *s * (1.0 + 1e-9)) {
                    best = Some((score, addition));
                }
            }
            let Some((_, addition)) = best else { return };
            view.put(state, &self.additions.all()[addition]);
        }
    }

    /// Removes, adds and exchanges until nothing helps; each step is asked of the planner.
    async fn improve(&mut self, mut now: Chosen) -> Result<Chosen> {
        loop {
            let mut better: Option<Chosen> = None;
            let mut tried = 0;
            for (expected, set) in self.moves(&now.set) {
                if expected > -now.cost * NOISE || tried >= TRIED {
                    break;
                }
                if self.seen.contains(&set) {
                    continue; // no better when it was asked of the planner
                }
                tried += 1;
                let chosen = self.verified(&set, Some(&now)).await?;
                if chosen.cost < now.cost * (1.0 - NOISE) {
                    better = Some(chosen);
                    break;
                }
                self.seen.insert(set);
            }
            match better {
                Some(chosen) => now = chosen,
                None => return Ok(now),
            }
        }
    }

    /// Neighbours that look better, the best first.
    fn moves(&self, set: &Set) -> Vec<(f64, Set)> {
        let view = self.view();
        let now = view.state(set);
        let members: Vec<usize> = set.ones().collect();
        let mut removals: Vec<Vec<usize>> = vec![Vec::new()];
        removals.extend(members.iter().map(|i| vec![*i]));
        if self.bounds.bind() && members.len() <= EXCHANGED {
            for (n, a) in members.iter().enumerate() {
                removals.extend(members[n + 1..].iter().map(|b| vec![*a, *b]));
            }
        }
        let mut all: Vec<(f64, Set)> = Vec::new();
        for removed in &removals {
            let mut base = now.clone();
            removed.iter().for_each(|i| view.take(&mut base, *i));
            if base.total < now.total {
                all.push((base.total - now.total, base.set.clone()));
            }
            // what is freed of a budget may go anywhere; else only what does the work of the one that is gone
            let within: Vec<usize> = match (self.bounds.bind(), removed.as_slice()) {
                (false, [one]) => self.additions.beside(*one),
                _ => (0..self.additions.all().len()).collect(),
            };
            let mut grown: Vec<(f64, usize)> =
                within.into_iter().filter(|a| base.gain(*a) > 0.0 && self.fits(&base, *a)).map(|a| (base.gain(a), a)).collect();
            grown.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for (_, addition) in grown.into_iter().take(TRIED) {
                let mut with = base.clone();
                view.put(&mut with, &self.additions.all()[addition]);
                all.push((with.total - now.total, with.set.clone()));
                if self.bounds.bind() {
                    // what is left of the budget is filled
                    self.grow(&mut with, 0.5);
                    all.push((with.total - now.total, with.set));
                }
            }
        }
        all.retain(|(change, with)| *change < 0.0 && with != set);
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        all.dedup_by(|a, b| a.1 == b.1);
        all
    }

    /// Asks every statement that still costs something with all indexes beside the chosen ones, each time without those that were used
    /// before. Returns whether something new was seen.
    async fn explore(&mut self, chosen: &Chosen) -> Result<bool> {
        let before = self.costs.planner.asked;
        let all = self.costs.all();
        let left = |s: &usize| self.costs.statements[*s].weight * chosen.each[*s];
        let mut order: Vec<usize> = (0..self.costs.statements.len()).filter(|s| left(s) > self.least).collect();
        order.sort_by(|a, b| left(b).total_cmp(&left(a)).then(a.cmp(b)));
        for s in order {
            let mut given = self.costs.relevant(s, &all);
            for _ in 0..2 {
                if self.costs.planner.asked >= self.bounds.plans || given.is_empty() {
                    break;
                }
                let (_, used) = self.costs.ask(s, &given).await?;
                let new: Vec<usize> = used.into_iter().filter(|i| !chosen.set.contains(*i)).collect();
                if new.is_empty() {
                    break;
                }
                given.retain(|i| !new.contains(i));
            }
        }
        self.additions.learn(self.costs);
        Ok(self.costs.planner.asked > before && self.costs.planner.asked < self.bounds.plans)
    }
}
