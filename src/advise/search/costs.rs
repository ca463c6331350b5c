//! What statements cost with which hypothetical indexes, as the planner says; each plan is asked for once.
//!
//! A plan for the set S that uses only U holds for every set between U and S: the planner had the choice and did not want more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fixedbitset::FixedBitSet;

use super::early_stop::EarlyStop;
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::Oid;
use crate::twin::planner::{Explained, Planner, Question};
use crate::twin::what_if::{Hypothetical, number_of};

/// `cpu_operator_cost` by default.
const OPERATOR_COST: f64 = 0.0025;

/// A set of hypothetical indexes, by their places in [`Costs::indexes`].
pub type Set = FixedBitSet;

/// A statement that the twin plans.
pub struct Asked {
    /// Its place in the workload.
    pub statement: usize,
    /// What one unit of its cost counts.
    pub weight: f64,
    /// How often it was called.
    pub calls: f64,
    /// With which values, and their shares.
    pub questions: Vec<(f64, Question)>,
    /// With any values, where it has parameters.
    pub generic: Option<Question>,
    /// As which role, where policies bind the one that sends it.
    pub role: Option<Ident>,
    /// Tables it touches, partitioned ones for their partitions.
    pub tables: BTreeSet<Oid>,
    /// Cost without hypothetical indexes, what is doubtful of it included.
    pub base: f64,
    /// The cheapest first.
    known: Vec<Known>,
    /// How often something was learned about it.
    pub learned: usize,
}

/// A plan's cost: good for every set between `used` and `given`, both in order.
struct Known {
    given: Vec<usize>,
    used: Vec<usize>,
    cost: f64,
}

impl Asked {
    /// A statement of which nothing is known yet.
    pub fn new(statement: usize, questions: Vec<(f64, Question)>, generic: Option<Question>, tables: BTreeSet<Oid>) -> Self {
        Self {
            statement,
            weight: 1.0,
            calls: 1.0,
            questions,
            generic,
            role: None,
            tables,
            base: 0.0,
            known: Vec::new(),
            learned: 0,
        }
    }

    fn exact(&self, own: &[usize]) -> Option<f64> {
        self.known.iter().find(|k| is_subset(&k.used, own) && is_subset(own, &k.given)).map(|k| k.cost)
    }

    /// The least cost known to be possible with the indexes that `has` says, if it is less than this: more indexes make no plan dearer.
    pub fn less_than(&self, cost: f64, has: impl Fn(usize) -> bool) -> f64 {
        let cheaper = self.known.iter().take_while(|k| k.cost < cost);
        cheaper.into_iter().find(|k| k.used.iter().all(|i| has(*i))).map_or(cost, |k| k.cost)
    }

    /// The least cost known to be possible with these.
    pub fn at_most(&self, set: &Set) -> f64 {
        self.less_than(self.base, |i| set.contains(i))
    }

    /// Sets that plans have used, with their cost.
    pub fn used(&self) -> impl Iterator<Item = (&[usize], f64)> {
        self.known.iter().filter(|k| !k.used.is_empty()).map(|k| (k.used.as_slice(), k.cost))
    }

    fn note(&mut self, given: Vec<usize>, used: Vec<usize>, cost: f64) {
        self.known.retain(|k| !(k.used == used && is_subset(&k.given, &given)));
        let at = self.known.partition_point(|k| k.cost <= cost);
        self.known.insert(at, Known { given, used, cost });
        self.learned += 1;
    }
}

/// Whether all of one ordered list is in another.
fn is_subset(some: &[usize], all: &[usize]) -> bool {
    let mut rest = all.iter();
    some.iter().all(|i| rest.by_ref().find(|j| *j >= i) == Some(i))
}

/// Asks the planner.
pub struct Costs {
    /// The session.
    pub planner: Planner,
    /// The statements.
    pub statements: Vec<Asked>,
    /// The hypothetical indexes with their tables.
    pub indexes: Vec<(Oid, Hypothetical)>,
    early_stop: EarlyStop,
    of_table: BTreeMap<Oid, Vec<usize>>,
    by_number: HashMap<usize, usize>,
}

impl Costs {
    /// Of these statements; there are no indexes yet.
    pub fn new(planner: Planner, statements: Vec<Asked>, early_stop: EarlyStop) -> Self {
        let (of_table, by_number) = (BTreeMap::new(), HashMap::new());
        Self { planner, statements, indexes: Vec::new(), early_stop, of_table, by_number }
    }

    /// Adds a hypothetical index; returns its place.
    pub fn add(&mut self, table: Oid, index: Hypothetical) -> usize {
        let place = self.indexes.len();
        self.of_table.entry(table).or_default().push(place);
        self.by_number.insert(index.number, place);
        self.indexes.push((table, index));
        place
    }

    /// An empty set.
    pub fn none(&self) -> Set {
        Set::with_capacity(self.indexes.len())
    }

    /// All indexes.
    pub fn all(&self) -> Set {
        let mut all = self.none();
        all.insert_range(..);
        all
    }

    /// A set of these.
    pub fn set(&self, indexes: &[usize]) -> Set {
        let mut set = self.none();
        indexes.iter().for_each(|i| set.insert(*i));
        set
    }

    /// Of a set, those on tables that the statement touches, in order.
    pub fn relevant(&self, statement: usize, set: &Set) -> Vec<usize> {
        let tables = self.statements[statement].tables.iter().filter_map(|t| self.of_table.get(t));
        let mut own: Vec<usize> = tables.flatten().copied().filter(|i| set.contains(*i)).collect();
        own.sort_unstable();
        own
    }

    /// Cost of one call of a statement with these indexes; asks when it is not known.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn cost(&mut self, statement: usize, set: &Set) -> Result<f64> {
        let own = self.relevant(statement, set);
        match self.statements[statement].exact(&own) {
            Some(cost) => Ok(cost),
            None => Ok(self.ask(statement, &own).await?.0),
        }
    }

    /// Plans a statement with these indexes on; returns its cost and which of them are used. What cannot be planned with them counts
    /// as without.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn ask(&mut self, statement: usize, given: &[usize]) -> Result<(f64, Vec<usize>)> {
        if self.planner.is_spent() {
            let set = self.set(given);
            return Ok((self.statements[statement].at_most(&set), Vec::new()));
        }
        let plans = self.plans(statement, given).await?;
        Ok(self.learn(statement, given, plans))
    }

    /// Takes in what the planner has said.
    pub fn learn(&mut self, statement: usize, given: &[usize], plans: Vec<Option<Explained>>) -> (f64, Vec<usize>) {
        let mut used = BTreeSet::new();
        let mut cost = 0.0;
        let base = self.statements[statement].base;
        for (at, plan) in plans.into_iter().enumerate() {
            let share = self.statements[statement].questions[at].0;
            cost += share * plan.as_ref().map_or(base, |p| self.cost_of(p));
            used.extend(plan.iter().flat_map(|p| &p.uses).filter_map(|number| self.by_number.get(number).copied()));
        }
        let used: Vec<usize> = used.into_iter().collect();
        let asked = &mut self.statements[statement];
        if given.is_empty() {
            asked.base = cost;
        }
        // more indexes make no plan dearer: where the planner errs, that is not the index's merit
        let cost = cost.min(asked.base);
        asked.note(given.to_vec(), used.clone(), cost);
        (cost, used)
    }

    /// The planner's cost, and what is doubtful of it.
    fn cost_of(&self, plan: &Explained) -> f64 {
        let using = |name: &str| self.by_number.get(&number_of(name)?).map(|i| self.indexes[*i].1.using.as_str());
        plan.cost + self.early_stop.doubtful(&plan.root, &using)
    }

    /// The plans themselves.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn plans(&mut self, statement: usize, given: &[usize]) -> Result<Vec<Option<Explained>>> {
        let on = self.oids(given);
        self.planner.be(self.statements[statement].role.as_ref());
        let questions: Vec<&Question> = self.statements[statement].questions.iter().map(|(_, q)| q).collect();
        self.planner.plan(&questions, &on, &[]).await
    }

    /// What the planner itself says that a call costs by these plans, one for each question.
    pub fn planned_at(&self, statement: usize, plans: &[Option<Explained>]) -> f64 {
        let asked = &self.statements[statement];
        let each = asked.questions.iter().zip(plans);
        each.map(|((share, _), plan)| share * plan.as_ref().map_or(asked.base, |p| p.cost)).sum()
    }

    /// Cost of a call with these indexes and without these real ones; `None` for a statement that is then not planned.
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn cost_without(&mut self, statement: usize, given: &[usize], off: &[Oid]) -> Result<Option<f64>> {
        let on = self.oids(given);
        let asked = &self.statements[statement];
        self.planner.be(asked.role.as_ref());
        let questions: Vec<&Question> = asked.questions.iter().map(|(_, q)| q).collect();
        let plans = self.planner.plan(&questions, &on, off).await?;
        let shares = asked.questions.iter().map(|(share, _)| share);
        Ok(plans.iter().zip(shares).map(|(plan, share)| Some(self.cost_of(plan.as_ref()?) * share)).sum())
    }

    /// The plan for any values, if a prepared statement would come to use it: when it costs no more than plans for the values at hand
    /// (`choose_custom_plan()` in `plancache.c` of PostgreSQL adds the price of planning them).
    ///
    /// # Errors
    /// The twin is gone.
    pub async fn generic_plan(&mut self, statement: usize, given: &[usize], custom: f64) -> Result<Option<Explained>> {
        let on = self.oids(given);
        let asked = &self.statements[statement];
        let Some(generic) = &asked.generic else { return Ok(None) };
        self.planner.be(asked.role.as_ref());
        let planning = 1_000.0 * OPERATOR_COST * (asked.tables.len() + 1) as f64;
        let plan = self.planner.plan(&[generic], &on, &[]).await?.pop().flatten();
        Ok(plan.filter(|p| p.cost < custom + planning))
    }

    fn oids(&self, indexes: &[usize]) -> Vec<Oid> {
        indexes.iter().flat_map(|i| self.indexes[*i].1.oids.clone()).collect()
    }

    /// Bytes of a set.
    pub fn bytes(&self, set: &Set) -> i64 {
        set.ones().map(|i| self.indexes[i].1.bytes).sum()
    }

    /// Forgets the indexes that no plan has used.
    pub fn keep_used(&mut self) {
        let used: BTreeSet<usize> = self.statements.iter().flat_map(|s| &s.known).flat_map(|k| k.used.iter().copied()).collect();
        let places: HashMap<usize, usize> = used.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let moved = |list: &[usize]| list.iter().filter_map(|i| places.get(i).copied()).collect();
        for known in self.statements.iter_mut().flat_map(|s| &mut s.known) {
            (known.given, known.used) = (moved(&known.given), moved(&known.used));
        }
        let old = std::mem::take(&mut self.indexes);
        self.of_table.clear();
        self.by_number.clear();
        for (place, (table, index)) in old.into_iter().enumerate() {
            if used.contains(&place) {
                self.add(table, index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_holds_between_what_it_uses_and_what_it_was_given() {
        let mut asked = Asked::new(0, Vec::new(), None, BTreeSet::new());
        asked.base = 100.0;
        asked.note(vec![1, 3, 5], vec![3], 10.0);
        assert_eq!(asked.exact(&[3]), Some(10.0));
        assert_eq!(asked.exact(&[1, 3]), Some(10.0));
        assert_eq!(asked.exact(&[1, 5]), None);
        assert_eq!(asked.exact(&[2, 3]), None);
        assert_eq!(asked.less_than(100.0, |i| i != 3), 100.0);
        assert_eq!(asked.less_than(100.0, |i| i == 3), 10.0);
        asked.note(vec![1, 2, 3], vec![1, 2], 5.0);
        assert_eq!(asked.less_than(100.0, |_| true), 5.0);
        assert_eq!(asked.less_than(5.0, |_| true), 5.0);
    }
}
