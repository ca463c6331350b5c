//! What statements cost with which hypothetical indexes, as the planner says; each plan is asked for once.
//!
//! A plan for the set S that uses only U holds for every set between U and S: the planner had the choice and did not want more.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use crate::error::Result;
use crate::snapshot::Oid;
use crate::twin::planner::{Explained, Planner, Question};
use crate::twin::what_if::Hypothetical;

/// A set of hypothetical indexes, by their places in [`Costs::indexes`].
pub type Set = FixedBitSet;

/// A statement that the twin plans.
pub struct Asked {
    /// Its place in the workload.
    pub statement: usize,
    /// What one unit of its cost counts.
    pub weight: f64,
    /// With which values, and their shares.
    pub questions: Vec<(f64, Question)>,
    /// Tables it touches, partitioned ones for their partitions.
    pub tables: BTreeSet<Oid>,
    /// Cost without hypothetical indexes.
    pub base: f64,
    known: Vec<Known>,
}

/// A plan's cost: good for every set between `used` and `given`.
struct Known {
    given: Set,
    used: Set,
    cost: f64,
}

impl Asked {
    /// A statement of which nothing is known yet.
    pub fn new(statement: usize, questions: Vec<(f64, Question)>, tables: BTreeSet<Oid>) -> Self {
        Self { statement, weight: 1.0, questions, tables, base: 0.0, known: Vec::new() }
    }

    fn exact(&self, set: &Set) -> Option<f64> {
        self.known.iter().find(|k| k.used.is_subset(set) && set.is_subset(&k.given)).map(|k| k.cost)
    }

    /// The least cost known to be possible with these: more indexes make no plan dearer.
    pub fn at_most(&self, set: &Set) -> f64 {
        self.known.iter().filter(|k| k.used.is_subset(set)).map(|k| k.cost).fold(self.base, f64::min)
    }

    /// Sets that plans have used, with their cost.
    pub fn used(&self) -> impl Iterator<Item = (&Set, f64)> {
        self.known.iter().filter(|k| !k.used.is_clear()).map(|k| (&k.used, k.cost))
    }

    fn note(&mut self, given: Set, used: Set, cost: f64) {
        // the dearest first to go: what a better plan says of the same set
        self.known.retain(|k| !(k.used == used && k.given.is_subset(&given)));
        self.known.push(Known { given, used, cost });
    }
}

/// Asks the planner.
pub struct Costs {
    /// The session.
    pub planner: Planner,
    /// The statements.
    pub statements: Vec<Asked>,
    /// The hypothetical indexes with their tables.
    pub indexes: Vec<(Oid, Hypothetical)>,
}

impl Costs {
    /// An empty set.
    pub fn none(&self) -> Set {
        Set::with_capacity(self.indexes.len())
    }

    /// Of a set, those on tables that the statement touches.
    pub fn relevant(&self, statement: usize, set: &Set) -> Set {
        let tables = &self.statements[statement].tables;
        let mut own = self.none();
        set.ones().filter(|i| tables.contains(&self.indexes[*i].0)).for_each(|i| own.insert(i));
        own
    }

    /// Cost of one call of a statement with these indexes; asks when it is not known.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn cost(&mut self, statement: usize, set: &Set) -> Result<f64> {
        let set = self.relevant(statement, set);
        if let Some(cost) = self.statements[statement].exact(&set) {
            return Ok(cost);
        }
        Ok(self.ask(statement, &set).await?.0)
    }

    /// Plans a statement with these indexes on; returns its cost and which of them are used. What cannot be planned with them counts
    /// as without.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn ask(&mut self, statement: usize, given: &Set) -> Result<(f64, Set)> {
        if self.planner.is_spent() {
            return Ok((self.statements[statement].at_most(given), self.none()));
        }
        let plans = self.plans(statement, given).await?;
        let mut used = self.none();
        let mut cost = 0.0;
        let base = self.statements[statement].base;
        for (at, plan) in plans.into_iter().enumerate() {
            let share = self.statements[statement].questions[at].0;
            cost += share * plan.as_ref().map_or(base, |p| p.cost);
            for number in plan.iter().flat_map(|p| &p.uses) {
                given.ones().filter(|i| self.indexes[*i].1.number == *number).for_each(|i| used.insert(i));
            }
        }
        let asked = &mut self.statements[statement];
        if given.is_clear() {
            asked.base = cost;
        }
        // more indexes make no plan dearer: where the planner errs, that is not the index's merit
        let cost = cost.min(asked.base);
        asked.note(given.clone(), used.clone(), cost);
        Ok((cost, used))
    }

    /// The plans themselves.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn plans(&mut self, statement: usize, set: &Set) -> Result<Vec<Option<Explained>>> {
        let on: Vec<Oid> = set.ones().flat_map(|i| self.indexes[i].1.oids.clone()).collect();
        let questions: Vec<&Question> = self.statements[statement].questions.iter().map(|(_, q)| q).collect();
        self.planner.plan(&questions, &on, &[]).await
    }

    /// Bytes of a set.
    pub fn bytes(&self, set: &Set) -> i64 {
        set.ones().map(|i| self.indexes[i].1.bytes).sum()
    }

    /// Forgets the indexes that no plan has used.
    pub fn keep_used(&mut self) {
        let mut pool = self.none();
        self.statements.iter().flat_map(|s| &s.known).for_each(|k| pool.union_with(&k.used));
        let places: Vec<usize> = pool.ones().collect();
        let moved = |set: &Set| {
            let mut new = Set::with_capacity(places.len());
            places.iter().enumerate().filter(|(_, old)| set.contains(**old)).for_each(|(new_place, _)| new.insert(new_place));
            new
        };
        for known in self.statements.iter_mut().flat_map(|s| &mut s.known) {
            (known.given, known.used) = (moved(&known.given), moved(&known.used));
        }
        let mut place = 0;
        self.indexes.retain(|_| {
            place += 1;
            pool.contains(place - 1)
        });
    }
}
