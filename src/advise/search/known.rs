//! What plans have shown to be possible, arranged for a search: which sets of indexes plans have used together, which statements they
//! serve, and what adding one of them to a set would gain. Nothing here asks the planner.

use std::collections::BTreeMap;

use super::costs::{Costs, Set};

/// Sets that plans have used.
#[derive(Default)]
pub(super) struct Additions {
    all: Vec<Vec<usize>>,
    places: BTreeMap<Vec<usize>, usize>,
    /// For each set the statements that one of its indexes serves.
    statements: Vec<Vec<usize>>,
    /// For each statement the sets that may change its cost.
    near: Vec<Vec<usize>>,
    /// For each index the statements it serves.
    serves: Vec<Vec<usize>>,
    /// For each index the sets that it is in.
    with: Vec<Vec<usize>>,
    /// How much of each statement has been taken in.
    learned: Vec<usize>,
}

/// A set of indexes and what it leaves, by what is known.
#[derive(Clone)]
pub(super) struct State {
    /// The indexes.
    pub set: Set,
    /// Their bytes.
    pub bytes: i64,
    /// Weighted cost of the workload, upkeep included.
    pub total: f64,
    /// Cost of a call of each statement.
    each: Vec<f64>,
    /// Weighted cost that each addition would spare.
    gains: Vec<f64>,
}

impl Additions {
    /// Takes in what the planner has shown since the last time.
    pub fn learn(&mut self, costs: &Costs) {
        self.near.resize(costs.statements.len(), Vec::new());
        self.learned.resize(costs.statements.len(), 0);
        self.serves.resize(costs.indexes.len(), Vec::new());
        self.with.resize(costs.indexes.len(), Vec::new());
        for (s, asked) in costs.statements.iter().enumerate() {
            if self.learned[s] == asked.learned {
                continue;
            }
            self.learned[s] = asked.learned;
            for (used, cost) in asked.used() {
                for i in used {
                    self.serve(*i, s);
                    self.add(vec![*i]);
                }
                if cost < asked.base {
                    self.add(used.to_vec());
                }
            }
        }
    }

    fn serve(&mut self, index: usize, statement: usize) {
        if let Err(at) = self.serves[index].binary_search(&statement) {
            self.serves[index].insert(at, statement);
            for a in &self.with[index] {
                if let Err(at) = self.statements[*a].binary_search(&statement) {
                    self.statements[*a].insert(at, statement);
                    self.near[statement].push(*a);
                }
            }
        }
    }

    fn add(&mut self, set: Vec<usize>) {
        if self.places.contains_key(&set) {
            return;
        }
        let place = self.all.len();
        let mut statements: Vec<usize> = set.iter().flat_map(|i| self.serves[*i].iter().copied()).collect();
        statements.sort_unstable();
        statements.dedup();
        statements.iter().for_each(|s| self.near[*s].push(place));
        set.iter().for_each(|i| self.with[*i].push(place));
        self.statements.push(statements);
        self.places.insert(set.clone(), place);
        self.all.push(set);
    }

    /// The sets.
    pub fn all(&self) -> &[Vec<usize>] {
        &self.all
    }

    /// Sets that may do some of an index's work.
    pub fn beside(&self, index: usize) -> Vec<usize> {
        let mut all: Vec<usize> = self.serves[index].iter().flat_map(|s| self.near[*s].iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What is known of a workload under upkeep.
#[derive(Clone, Copy)]
pub(super) struct View<'v> {
    /// Costs of statements.
    pub costs: &'v Costs,
    /// What keeping each index costs.
    pub upkeep: &'v [f64],
    /// Sets that plans have used.
    pub additions: &'v Additions,
}

impl View<'_> {
    /// A set and all that could be added to it.
    pub fn state(&self, set: &Set) -> State {
        let statements = &self.costs.statements;
        let each: Vec<f64> = statements.iter().map(|s| s.at_most(set)).collect();
        let kept: f64 = set.ones().map(|i| self.upkeep[i]).sum();
        let total = statements.iter().zip(&each).map(|(s, cost)| s.weight * cost).sum::<f64>() + kept;
        let mut state = State { set: set.clone(), bytes: self.costs.bytes(set), total, each, gains: Vec::new() };
        state.gains = (0..self.additions.all.len()).map(|a| self.gain(&state, a)).collect();
        state
    }

    fn gain(&self, state: &State, addition: usize) -> f64 {
        let set = &self.additions.all[addition];
        let kept: f64 = set.iter().filter(|i| !state.set.contains(**i)).map(|i| self.upkeep[*i]).sum();
        let spared = self.additions.statements[addition].iter().map(|s| {
            let (asked, now) = (&self.costs.statements[*s], state.each[*s]);
            asked.weight * (now - asked.less_than(now, |i| state.set.contains(i) || set.contains(&i)))
        });
        spared.sum::<f64>() - kept
    }

    /// Bytes that an addition takes beside a set; 0 when it holds all of it.
    pub fn bytes(&self, state: &State, addition: usize) -> i64 {
        let new = self.additions.all[addition].iter().filter(|i| !state.set.contains(**i));
        new.map(|i| self.costs.indexes[*i].1.bytes.max(8_192)).sum()
    }

    /// Indexes of an addition that a set does not hold.
    pub fn new_indexes(&self, state: &State, addition: usize) -> usize {
        self.additions.all[addition].iter().filter(|i| !state.set.contains(**i)).count()
    }

    /// Adds indexes to a set.
    pub fn put(&self, state: &mut State, indexes: &[usize]) {
        let new: Vec<usize> = indexes.iter().copied().filter(|i| !state.set.contains(*i)).collect();
        for i in &new {
            state.set.insert(*i);
            state.bytes += self.costs.indexes[*i].1.bytes;
            state.total += self.upkeep[*i];
        }
        self.changed(state, &new);
    }

    /// Takes an index out of a set.
    pub fn take(&self, state: &mut State, index: usize) {
        state.set.remove(index);
        state.bytes -= self.costs.indexes[index].1.bytes;
        state.total -= self.upkeep[index];
        self.changed(state, &[index]);
    }

    /// What would come back without an index, its upkeep taken off.
    pub fn saved(&self, state: &State, index: usize) -> f64 {
        self.back(state, index).map(|(s, back)| self.costs.statements[s].weight * back).sum::<f64>() - self.upkeep[index]
    }

    /// Weighted cost that one index less, and another one instead, would add.
    pub fn loss(&self, state: &State, out: usize, into: Option<usize>) -> f64 {
        let mut statements = self.additions.serves[out].clone();
        statements.extend(into.iter().flat_map(|i| &self.additions.serves[*i]));
        statements.sort_unstable();
        statements.dedup();
        let has = |i: usize| (i != out && state.set.contains(i)) || into == Some(i);
        let added = statements.iter().map(|s| {
            let asked = &self.costs.statements[*s];
            asked.weight * (asked.less_than(asked.base, has) - state.each[*s])
        });
        added.sum::<f64>() - self.upkeep[out] + into.map_or(0.0, |i| self.upkeep[i])
    }

    /// The cost of a call of each statement that would come back without an index.
    pub fn back(&self, state: &State, index: usize) -> impl Iterator<Item = (usize, f64)> {
        self.additions.serves[index].iter().map(move |s| {
            let asked = &self.costs.statements[*s];
            (*s, asked.less_than(asked.base, |i| i != index && state.set.contains(i)) - state.each[*s])
        })
    }

    fn changed(&self, state: &mut State, indexes: &[usize]) {
        let mut statements: Vec<usize> = indexes.iter().flat_map(|i| self.additions.serves[*i].iter().copied()).collect();
        statements.sort_unstable();
        statements.dedup();
        for s in &statements {
            let asked = &self.costs.statements[*s];
            let cost = asked.at_most(&state.set);
            state.total += asked.weight * (cost - state.each[*s]);
            state.each[*s] = cost;
        }
        let mut stale: Vec<usize> = statements.iter().flat_map(|s| self.additions.near[*s].iter().copied()).collect();
        stale.extend(indexes.iter().flat_map(|i| self.additions.with[*i].iter().copied()));
        stale.sort_unstable();
        stale.dedup();
        for a in stale {
            state.gains[a] = self.gain(state, a);
        }
    }
}

impl State {
    /// Cost of a call of a statement.
    pub fn of(&self, statement: usize) -> f64 {
        self.each[statement]
    }

    /// Weighted cost that an addition would spare.
    pub fn gain(&self, addition: usize) -> f64 {
        self.gains[addition]
    }
}
