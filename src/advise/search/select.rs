//! The choice: the set of indexes that leaves the least weighted cost within the budget.
//!
//! Several greedy starts (benefit, benefit for its bytes, something in between) over what plans have shown to be possible; each set
//! that looks better is asked of the planner before it counts, which shows more that is possible. Then swaps, additions and removals
//! until nothing helps. Always in the same order, so that the same snapshot gives the same advice.

use std::collections::BTreeMap;

use super::costs::{Costs, Set};
use crate::error::Result;

/// Limits of the choice.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most bytes of all indexes together.
    pub bytes: Option<i64>,
    /// Most indexes.
    pub count: Option<usize>,
    /// Least weighted cost that an index must save to be worth having.
    pub least: f64,
    /// Plans that may be asked for.
    pub plans: usize,
}

/// A set and what it leaves.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The indexes.
    pub set: Set,
    /// Weighted cost of the workload with them, their upkeep included.
    pub cost: f64,
}

/// Searches.
pub struct Search<'c> {
    /// Costs of statements.
    pub costs: &'c mut Costs,
    /// What keeping each index costs, by number, in weighted cost.
    pub upkeep: Vec<f64>,
    /// The limits.
    pub bounds: Bounds,
    /// Statements that each index may serve.
    serves: BTreeMap<usize, Vec<usize>>,
}

/// How a gain is weighed against the bytes it takes.
const STARTS: [f64; 4] = [1.0, 0.0, 0.5, 0.75];
/// A gain smaller than this share of the whole is none.
const NOISE: f64 = 1e-4;

impl<'c> Search<'c> {
    /// Over these costs.
    pub fn new(costs: &'c mut Costs, upkeep: Vec<f64>, bounds: Bounds) -> Self {
        let mut serves: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (s, asked) in costs.statements.iter().enumerate() {
            let mut own = Set::new();
            asked.used().for_each(|(used, _)| own.extend(used));
            for i in own {
                serves.entry(i).or_default().push(s);
            }
        }
        Self { costs, upkeep, bounds, serves }
    }

    /// Indexes that some plan uses.
    pub fn pool(&self) -> usize {
        self.serves.len()
    }

    /// The best set found.
    pub async fn best(&mut self) -> Result<Chosen> {
        let empty = Chosen { set: Set::new(), cost: self.total(&Set::new()) };
        let mut best = empty.clone();
        for power in STARTS {
            let start = self.grow(empty.clone(), power).await?;
            let found = self.improve(start).await?;
            if std::env::var_os("ADVICE_DEBUG").is_some() {
                eprintln!("start {power}: {} asked {} bytes {}", found.cost, self.costs.planner.asked, self.costs.bytes(&found.set));
            }
            if found.cost < best.cost * (1.0 - NOISE) {
                best = found;
            }
            if self.bounds.bytes.is_none() && self.bounds.count.is_none() {
                break; // nothing to be traded
            }
        }
        self.prune(best).await
    }

    /// Weighted cost by what is known.
    fn total(&self, set: &Set) -> f64 {
        let statements: f64 = self.costs.statements.iter().map(|s| s.weight * s.at_most(set)).sum();
        statements + set.iter().map(|i| self.upkeep[*i]).sum::<f64>()
    }

    /// Change of the known cost from one set to another that differs in few indexes.
    fn change(&self, from: &Set, to: &Set) -> f64 {
        let mut touched = Set::new();
        for i in from.symmetric_difference(to) {
            touched.extend(self.serves.get(i).into_iter().flatten().copied());
        }
        let cost = |set: &Set| -> f64 {
            let of = |s: &usize| {
                let asked = &self.costs.statements[*s];
                asked.weight * asked.at_most(set)
            };
            touched.iter().map(of).sum::<f64>() + set.iter().map(|i| self.upkeep[*i]).sum::<f64>()
        };
        cost(to) - cost(from)
    }

    /// Weighted cost as the planner says; learns which indexes plans use.
    async fn verified(&mut self, set: &Set) -> Result<f64> {
        let mut cost: f64 = set.iter().map(|i| self.upkeep[*i]).sum();
        for s in 0..self.costs.statements.len() {
            let each = if self.costs.planner.asked < self.bounds.plans {
                self.costs.cost(s, set).await?
            } else {
                self.costs.statements[s].at_most(set)
            };
            cost += self.costs.statements[s].weight * each;
        }
        Ok(cost)
    }

    fn fits(&self, set: &Set) -> bool {
        self.bounds.bytes.is_none_or(|b| self.costs.bytes(set) <= b) && self.bounds.count.is_none_or(|n| set.len() <= n)
    }

    /// What may be added: single indexes, and whole sets that a plan has used together.
    fn additions(&self) -> Vec<Set> {
        let mut all: Vec<Set> = self.serves.keys().map(|i| Set::from([*i])).collect();
        for asked in &self.costs.statements {
            for (used, _) in asked.used().filter(|(u, _)| u.len() > 1) {
                if !all.contains(used) {
                    all.push(used.clone());
                }
            }
        }
        all
    }

    /// Adds what gains most for its bytes, until nothing gains.
    async fn grow(&mut self, mut now: Chosen, power: f64) -> Result<Chosen> {
        let additions = self.additions();
        loop {
            let mut best: Option<(f64, Set)> = None;
            for addition in &additions {
                let with: Set = now.set.union(addition).copied().collect();
                if with.len() == now.set.len() || !self.fits(&with) {
                    continue;
                }
                let gain = -self.change(&now.set, &with);
                if gain <= self.bounds.least {
                    continue;
                }
                let bytes = (self.costs.bytes(&with) - self.costs.bytes(&now.set)).max(8_192) as f64;
                let score = gain / bytes.powf(power);
                if best.as_ref().is_none_or(|(s, _)| score > *s * (1.0 + 1e-9)) {
                    best = Some((score, with));
                }
            }
            let Some((_, set)) = best else { return Ok(now) };
            now = Chosen { cost: self.total(&set), set };
        }
    }

    /// Removes, adds and swaps until nothing helps; each step is asked of the planner.
    async fn improve(&mut self, start: Chosen) -> Result<Chosen> {
        let mut now = Chosen { cost: self.verified(&start.set).await?, set: start.set };
        loop {
            let moves = self.moves(&now.set);
            let mut better = None;
            for (expected, set) in moves.into_iter().take(6) {
                if expected > -now.cost * NOISE {
                    break;
                }
                let cost = self.verified(&set).await?;
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
        let mut all: Vec<(f64, Set)> = Vec::new();
        let without: Vec<Set> = std::iter::once(set.clone())
            .chain(set.iter().map(|i| set.iter().copied().filter(|j| j != i).collect::<Set>()))
            .collect();
        let additions = self.additions();
        for base in &without {
            if base.len() < set.len() {
                all.push((self.change(set, base), base.clone()));
            }
            for addition in &additions {
                let with: Set = base.union(addition).copied().collect();
                if with != *set && with.len() > base.len() && self.fits(&with) {
                    all.push((self.change(set, &with), with));
                }
            }
        }
        // two go, one comes: a large index in the place of small ones
        let members: Vec<usize> = set.iter().copied().collect();
        if self.bounds.bytes.is_some() && members.len() <= 24 {
            for (n, a) in members.iter().enumerate() {
                for b in &members[n + 1..] {
                    let base: Set = set.iter().copied().filter(|i| i != a && i != b).collect();
                    for addition in &additions {
                        let with: Set = base.union(addition).copied().collect();
                        if with.len() > base.len() && self.fits(&with) {
                            all.push((self.change(set, &with), with));
                        }
                    }
                }
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        all.dedup_by(|a, b| a.1 == b.1);
        all
    }

    /// Takes out what saves too little to be worth having.
    async fn prune(&mut self, mut now: Chosen) -> Result<Chosen> {
        loop {
            let mut least: Option<(f64, Set)> = None;
            for i in now.set.clone() {
                let without: Set = now.set.iter().copied().filter(|j| *j != i).collect();
                let saved = self.change(&now.set, &without);
                if saved < self.bounds.least && least.as_ref().is_none_or(|(s, _)| saved < *s) {
                    least = Some((saved, without));
                }
            }
            let Some((_, set)) = least else { return Ok(now) };
            let cost = self.verified(&set).await?;
            if cost - now.cost >= self.bounds.least {
                return Ok(now); // the planner knows better
            }
            now = Chosen { set, cost };
        }
    }
}
