//! The choice: the set of indexes that leaves the least weighted cost within the budget.
//!
//! Several greedy starts (benefit, benefit for its bytes, something in between) over what plans have shown to be possible; each set
//! that looks better is asked of the planner before it counts, which shows more that is possible. Then swaps, additions and removals
//! until nothing helps. Always in the same order, so that the same snapshot gives the same advice.

use std::collections::BTreeSet;

use super::costs::{Asked, Costs, Set};
use crate::error::Result;

/// Limits of the choice.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most bytes of all indexes together.
    pub bytes: Option<i64>,
    /// Most indexes.
    pub count: Option<usize>,
    /// Least share of what the workload costs at best that an index must save to be worth having.
    pub share: f64,
    /// Plans that may have been asked for when the search ends.
    pub plans: usize,
}

impl Bounds {
    /// Whether one index must make room for another.
    pub(super) fn bind(&self) -> bool {
        self.bytes.is_some() || self.count.is_some()
    }
}

/// A set and what it leaves.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The indexes.
    pub set: Set,
    /// Weighted cost of the workload with them, their upkeep included.
    pub cost: f64,
}

/// How a gain is weighed against the bytes it takes.
const STARTS: [f64; 4] = [1.0, 0.0, 0.5, 0.75];
/// A gain smaller than this share of the whole is none.
const NOISE: f64 = 1e-4;
/// One statement may cost so much that shares of the whole say nothing: at most so many times what is left counts.
const LARGE: f64 = 10.0;
/// Neighbours of a set that are asked of the planner before it counts as the best around.
pub(super) const TRIED: usize = 8;
/// Beginnings that a set is grown from.
const BEGINNINGS: usize = 60;
/// Grown sets that are improved.
const IMPROVED: usize = 6;
/// Up to so many indexes two are exchanged for others.
const EXCHANGED: usize = 32;

/// Searches.
pub struct Search<'c> {
    /// Costs of statements.
    pub costs: &'c mut Costs,
    upkeep: Vec<f64>,
    /// Which begin with a column of a foreign key.
    pub(super) keys: Vec<bool>,
    pub(super) bounds: Bounds,
    /// Least weighted cost that an index must save.
    pub(super) least: f64,
    /// What shares are counted of: the workload's cost, as far as indexes can spare it.
    pub(super) whole: f64,
    /// Statements that each index may serve.
    serves: Vec<Vec<usize>>,
    /// What may be added: single indexes, and sets that a plan has used together.
    additions: Vec<Set>,
    /// What sets cost by the planner.
    seen: BTreeSet<Set>,
}

impl<'c> Search<'c> {
    /// Over these costs; `upkeep` is what keeping each index costs, in weighted cost.
    pub fn new(costs: &'c mut Costs, upkeep: Vec<f64>, keys: Vec<bool>, bounds: Bounds) -> Self {
        let (serves, additions, seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut search = Self { costs, upkeep, keys, bounds, least: 0.0, whole: 0.0, serves, additions, seen };
        search.learn();
        let mut all = search.costs.none();
        all.insert_range(..);
        let sum = |of: &dyn Fn(&Asked) -> f64| search.costs.statements.iter().map(|s| s.weight * of(s)).sum::<f64>();
        let (before, best) = (sum(&|s| s.base), sum(&|s| s.at_most(&all)));
        search.least = best * bounds.share;
        search.whole = before.min(best * LARGE);
        search
    }

    /// Takes in what the planner has shown meanwhile.
    fn learn(&mut self) {
        let mut serves: Vec<Vec<usize>> = vec![Vec::new(); self.costs.indexes.len()];
        let mut additions: BTreeSet<Set> = BTreeSet::new();
        for (s, asked) in self.costs.statements.iter().enumerate() {
            for (used, cost) in asked.used() {
                for i in used.ones() {
                    if serves[i].last() != Some(&s) {
                        serves[i].push(s);
                    }
                    additions.insert(self.only(i));
                }
                if cost < asked.base * (1.0 - NOISE) {
                    additions.insert(used.clone());
                }
            }
        }
        (self.serves, self.additions) = (serves, additions.into_iter().collect());
    }

    fn only(&self, index: usize) -> Set {
        let mut set = self.costs.none();
        set.insert(index);
        set
    }

    /// The best set found.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn best(&mut self) -> Result<Chosen> {
        let none = self.costs.none();
        let empty = Chosen { cost: self.total(&none), set: none };
        let mut best = empty.clone();
        for start in self.starts(&empty) {
            let found = self.improve(start).await?;
            if found.cost < best.cost * (1.0 - NOISE) {
                best = found;
            }
        }
        // with all there is beside it, the planner shows what else goes with the best set
        while self.explore(&best.set).await? {
            let found = self.improve(best.clone()).await?;
            if found.cost >= best.cost * (1.0 - NOISE) {
                break;
            }
            best = found;
        }
        let best = self.prune(best).await?;
        if self.bounds.bind() { Ok(best) } else { self.narrowed(best).await }
    }

    /// Sets to begin with: grown from nothing, and where there is a budget also from each of the most promising beginnings; the best of
    /// them by what is known.
    fn starts(&self, empty: &Chosen) -> Vec<Chosen> {
        if !self.bounds.bind() {
            return vec![self.grow(empty.clone(), 0.0)];
        }
        let mut grown: Vec<Chosen> = STARTS.iter().map(|power| self.grow(empty.clone(), *power)).collect();
        let density = |set: &Set| self.change(&empty.set, set) / (self.costs.bytes(set).max(8_192) as f64).sqrt();
        let mut beginnings: Vec<(f64, &Set)> = self.additions.iter().filter(|a| self.fits(a)).map(|a| (density(a), a)).collect();
        beginnings.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        for (_, set) in beginnings.into_iter().take(BEGINNINGS) {
            let begun = Chosen { cost: 0.0, set: set.clone() };
            grown.extend([1.0, 0.5].map(|power| self.grow(begun.clone(), power)));
        }
        grown.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| a.set.cmp(&b.set)));
        grown.dedup_by(|a, b| a.set == b.set);
        grown.truncate(IMPROVED);
        grown
    }

    /// Weighted cost by what is known.
    fn total(&self, set: &Set) -> f64 {
        self.costs.statements.iter().map(|s| s.weight * s.at_most(set)).sum::<f64>() + self.kept(set)
    }

    fn kept(&self, set: &Set) -> f64 {
        set.ones().map(|i| self.upkeep[i]).sum()
    }

    /// Change of the known cost from one set to another that differs in few indexes.
    pub(super) fn change(&self, from: &Set, to: &Set) -> f64 {
        let mut touched: Vec<usize> =
            from.symmetric_difference(to).flat_map(|i| self.serves.get(i).into_iter().flatten().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        let of = |s: &usize| {
            let asked = &self.costs.statements[*s];
            asked.weight * (asked.at_most(to) - asked.at_most(from))
        };
        touched.iter().map(of).sum::<f64>() + self.kept(to) - self.kept(from)
    }

    /// Weighted cost as the planner says; it learns which indexes plans use.
    pub(super) async fn verified(&mut self, set: &Set) -> Result<f64> {
        let mut cost = self.kept(set);
        for s in 0..self.costs.statements.len() {
            let weight = self.costs.statements[s].weight;
            let may_ask = self.costs.planner.asked < self.bounds.plans;
            cost += weight * if may_ask { self.costs.cost(s, set).await? } else { self.costs.statements[s].at_most(set) };
        }
        self.learn();
        Ok(cost)
    }

    fn fits(&self, set: &Set) -> bool {
        self.bounds.bytes.is_none_or(|b| self.costs.bytes(set) <= b) && self.bounds.count.is_none_or(|n| set.count_ones(..) <= n)
    }

    fn with(&self, base: &Set, addition: &Set) -> Option<Set> {
        if addition.is_subset(base) {
            return None;
        }
        let mut with = base.clone();
        with.union_with(addition);
        self.fits(&with).then_some(with)
    }

    /// Adds what gains most for its bytes, until nothing gains.
    fn grow(&self, mut now: Chosen, power: f64) -> Chosen {
        loop {
            let mut best: Option<(f64, Set)> = None;
            for addition in &self.additions {
                let Some(with) = self.with(&now.set, addition) else { continue };
                let gain = -self.change(&now.set, &with);
                if gain <= self.least {
                    continue;
                }
                let bytes = (self.costs.bytes(&with) - self.costs.bytes(&now.set)).max(8_192) as f64;
                let score = gain / bytes.powf(power);
                if best.as_ref().is_none_or(|(s, _)| score > *s * (1.0 + 1e-9)) {
                    best = Some((score, with));
                }
            }
            let Some((_, set)) = best else {
                now.cost = self.total(&now.set);
                return now;
            };
            now = Chosen { cost: self.total(&set), set };
        }
    }

    /// Removes, adds and exchanges until nothing helps; each step is asked of the planner.
    async fn improve(&mut self, start: Chosen) -> Result<Chosen> {
        let mut now = Chosen { cost: self.verified(&start.set).await?, set: start.set };
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
                let cost = self.verified(&set).await?;
                self.seen.insert(set.clone());
                if cost < now.cost * (1.0 - NOISE) {
                    better = Some(Chosen { set, cost });
                    break;
                }
            }
            match better {
                Some(chosen) => now = chosen,
                None => return Ok(now),
            }
        }
    }

    /// Neighbours that look better, the best first.
    fn moves(&self, set: &Set) -> Vec<(f64, Set)> {
        let members: Vec<usize> = set.ones().collect();
        let without = |gone: &[usize]| {
            let mut left = set.clone();
            gone.iter().for_each(|i| left.remove(*i));
            left
        };
        let mut bases = vec![set.clone()];
        bases.extend(members.iter().map(|i| without(&[*i])));
        if self.bounds.bind() && members.len() <= EXCHANGED {
            for (n, a) in members.iter().enumerate() {
                bases.extend(members[n + 1..].iter().map(|b| without(&[*a, *b])));
            }
        }
        let mut all: Vec<(f64, Set)> = Vec::new();
        for base in &bases {
            let lost = self.change(set, base);
            if lost < 0.0 {
                all.push((lost, base.clone()));
            }
            let mut grown: Vec<(f64, Set)> = Vec::new();
            for addition in &self.additions {
                if let Some(with) = self.with(base, addition).filter(|w| w != set) {
                    let gain = self.change(base, &with);
                    grown.push((lost + gain, with));
                }
            }
            grown.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
            grown.truncate(TRIED);
            // what is left of the budget is filled
            for (change, with) in grown {
                let filled = self.grow(Chosen { cost: 0.0, set: with.clone() }, 0.5);
                if filled.set != with {
                    all.push((change + self.change(&with, &filled.set), filled.set));
                }
                all.push((change, with));
            }
        }
        all.retain(|(change, _)| *change < 0.0);
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        all.dedup_by(|a, b| a.1 == b.1);
        all
    }

    /// Asks every statement with all indexes beside the chosen ones, each time without those that were used before. Returns whether
    /// something new was seen.
    async fn explore(&mut self, set: &Set) -> Result<bool> {
        let before = self.costs.planner.asked;
        for s in 0..self.costs.statements.len() {
            let mut all = self.costs.none();
            all.insert_range(..);
            let mut left = self.costs.relevant(s, &all);
            let own = self.costs.relevant(s, set);
            for _ in 0..2 {
                if self.costs.planner.asked >= self.bounds.plans || left.is_clear() {
                    break;
                }
                let (_, mut used) = self.costs.ask(s, &left).await?;
                used.difference_with(&own);
                if used.is_clear() {
                    break;
                }
                left.difference_with(&used);
            }
        }
        self.learn();
        Ok(self.costs.planner.asked > before && self.costs.planner.asked < self.bounds.plans)
    }
}
