//! What statements cost with which hypothetical indexes, as the planner says; each plan is asked for once.
//!
//! A plan for the set S that uses only U holds for every set between U and S: the planner had the choice and did not want more.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::snapshot::Oid;
use crate::twin::planner::{Explained, Planner, Question};
use crate::twin::what_if::Hypothetical;

/// Numbers of hypothetical indexes.
pub type Set = BTreeSet<usize>;

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
        self.known.iter().filter(|k| !k.used.is_empty()).map(|k| (&k.used, k.cost))
    }
}

/// Asks the planner.
pub struct Costs {
    /// The session.
    pub planner: Planner,
    /// The statements.
    pub statements: Vec<Asked>,
    /// The hypothetical indexes by number, with their tables.
    pub indexes: Vec<Option<(Oid, Hypothetical)>>,
}

impl Costs {
    /// Of a set, those on tables that the statement touches.
    pub fn relevant(&self, statement: usize, set: &Set) -> Set {
        let tables = &self.statements[statement].tables;
        set.iter().copied().filter(|i| self.indexes[*i].as_ref().is_some_and(|(t, _)| tables.contains(t))).collect()
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
        Ok(self.ask(statement, set).await?.0)
    }

    /// Plans a statement with these indexes on; returns its cost and which of them are used. What cannot be planned with them counts as
    /// without.
    pub async fn ask(&mut self, statement: usize, given: Set) -> Result<(f64, Set)> {
        let plans = self.plans(statement, &given).await?;
        let asked = &mut self.statements[statement];
        let (mut cost, mut used) = (0.0, Set::new());
        for ((share, _), plan) in asked.questions.iter().zip(plans) {
            match plan {
                Some(plan) => {
                    cost += share * plan.cost;
                    used.extend(plan.uses);
                }
                None => cost += share * asked.base,
            }
        }
        if given.is_empty() {
            asked.base = cost;
        }
        // the planner's noise is no gain, and its mistakes are not ours
        let cost = cost.min(asked.base);
        asked.known.push(Known { given, used: used.clone(), cost });
        Ok((cost, used))
    }

    /// The plans themselves.
    pub async fn plans(&mut self, statement: usize, set: &Set) -> Result<Vec<Option<Explained>>> {
        let on: Vec<Oid> = set.iter().filter_map(|i| self.indexes[*i].as_ref()).flat_map(|(_, h)| h.oids.clone()).collect();
        let questions: Vec<&Question> = self.statements[statement].questions.iter().map(|(_, q)| q).collect();
        self.planner.plan(&questions, &on, &[]).await
    }

    /// Bytes of a set.
    pub fn bytes(&self, set: &Set) -> i64 {
        set.iter().filter_map(|i| self.indexes[*i].as_ref()).map(|(_, h)| h.bytes).sum()
    }
}
