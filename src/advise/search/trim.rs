//! What is left out of a choice in the end: indexes that save too little to be looked after.

use super::form::leading;
use super::known::State;
use super::select::{Chosen, Search};
use crate::error::Result;
use crate::snapshot::Oid;

/// Share of what the workload costs that an index must save beside one that begins with the same column.
const TWIN: f64 = 0.01;
/// So many times as much must an index save that no foreign key asks for.
pub(super) const UNASKED: f64 = 10.0;
/// Factor by which some call must be cheaper; where a large share of all work is saved, or a foreign key asks for the index, this one,
const FACTOR: f64 = 3.0;
const FACTOR_OF_MUCH: f64 = 1.5;
const LARGE_SHARE: f64 = 0.01;
/// and by what reading so many pages in a row costs, or a quarter as many in any order, by default,
const FELT_COST: f64 = 64.0;
/// and milliseconds that it must be shorter by;
const FELT_MS: f64 = 0.1;
/// or, whatever the planner thinks of it, so many;
const LONG_MS: f64 = 1.0;
/// or the share of the time that was counted in which a processor would have less to do;
const FELT_SHARE: f64 = 0.01;
/// or, where there are no times, of all work.
const MUCH: f64 = 0.002;
/// Statements of a workload in which every index should do much.
const MANY: f64 = 200.0;
/// Share of what the bytes of a set earn on the average that a byte must earn.
pub(super) const LITTLE: f64 = 0.03;
/// Of an index that takes as many bytes as all tables, the share of all work that it must save at least.
const OF_TABLES: f64 = 0.01;

impl Search<'_> {
    /// Takes out what saves too little to be worth having, the least first.
    pub(super) async fn prune(&mut self, mut now: Chosen) -> Result<Chosen> {
        let mut kept = self.costs.none();
        loop {
            let view = self.view();
            let state = view.state(&now.set);
            let mut least: Option<(f64, usize)> = None;
            for i in now.set.ones().filter(|i| !kept.contains(*i)) {
                let share = if self.is_felt(&state, i) { view.saved(&state, i) / self.wanted(&now, i) } else { 0.0 };
                if share < 1.0 && least.is_none_or(|(s, _)| share < s) {
                    least = Some((share, i));
                }
            }
            let Some((_, i)) = least else { break };
            let (share, without) = self.without(&now, i).await?;
            if share >= 1.0 {
                kept.insert(i); // the planner knows better
            } else {
                now = without;
            }
        }
        if self.bounds.bind() { Ok(now) } else { self.proven(now).await }
    }

    /// Takes out what saves too little as the planner says: beside an index that it likes better it does not use all that would serve.
    async fn proven(&mut self, mut now: Chosen) -> Result<Chosen> {
        let mut little = Vec::new();
        for i in now.set.ones().collect::<Vec<_>>() {
            let share = self.without(&now, i).await?.0;
            if share < 1.0 {
                little.push((share, i));
            }
        }
        // the least first: another one may be needed when that is gone
        little.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, i) in little {
            let (share, without) = self.without(&now, i).await?;
            if share < 1.0 && !self.is_spent() {
                now = without;
            }
        }
        Ok(now)
    }

    /// Whether no more plans may be asked for.
    fn is_spent(&self) -> bool {
        self.costs.planner.asked >= self.bounds.plans || self.costs.planner.is_spent()
    }

    /// What a set leaves without one of its indexes, and how much of what it must save the index saves; nothing where nobody notices.
    async fn without(&mut self, now: &Chosen, index: usize) -> Result<(f64, Chosen)> {
        let mut set = now.set.clone();
        set.remove(index);
        let without = self.verified(&set, Some(now)).await?;
        let saved = without.cost - now.cost;
        let share = if self.tells(&without, now, Some(index)) { saved / self.wanted(now, index) } else { 0.0 };
        Ok((share, without))
    }

    /// Whether anybody notices that an index is there, as far as is known.
    fn is_felt(&self, state: &State, index: usize) -> bool {
        let view = self.view();
        let changes = view.back(state, index).map(|(s, back)| (s, state.of(s) + back, state.of(s)));
        let saved = view.saved(state, index);
        self.notices(saved, self.factor(saved, Some(index)), changes)
    }

    /// Whether anybody notices the difference between two sets, which is this index where there is one.
    pub(super) fn tells(&self, without: &Chosen, with: &Chosen, index: Option<usize>) -> bool {
        let changes = without.each.iter().zip(&with.each).enumerate().map(|(s, (without, with))| (s, *without, *with));
        let saved = without.cost - with.cost;
        self.notices(saved, self.factor(saved, index), changes)
    }

    /// By how much some call must be cheaper with this index, or with one that nothing is known of, if so much is saved.
    fn factor(&self, saved: f64, index: Option<usize>) -> f64 {
        let asked_for = index.is_some_and(|i| self.forms[i].is_foreign_key);
        if asked_for || saved >= self.whole * LARGE_SHARE { FACTOR_OF_MUCH } else { FACTOR }
    }

    /// Whether a call is shorter by what can be felt and by a factor, or else the server has much less to do; of statements with their
    /// costs without and with an index.
    fn notices(&self, saved: f64, factor: f64, changes: impl Iterator<Item = (usize, f64, f64)>) -> bool {
        if self.bounds.bind() {
            return true; // who names a budget wants it spent
        }
        let window = self.bounds.window_ms;
        let is_felt = |(s, without, with): (usize, f64, f64)| {
            let statement = &self.costs.statements[s];
            let spared = statement.weight * (without - with) / statement.calls.max(1.0);
            let by_pages = without - with >= FELT_COST && (window.is_none() || spared >= FELT_MS);
            // what takes long though the planner thinks little of it
            without >= with * factor && (by_pages || window.is_some() && spared >= LONG_MS)
        };
        let much = window.map_or(self.whole * MUCH, |window| window * FELT_SHARE);
        saved >= much || changes.into_iter().any(is_felt)
    }

    /// What an index of a set must save: more, where no foreign key asks for it, most where another one of the set begins with the same
    /// column; and for its bytes.
    fn wanted(&self, now: &Chosen, index: usize) -> f64 {
        if self.bounds.bind() {
            return self.least;
        }
        // in a workload of many statements each has little to save
        let counted = self.costs.statements.iter().filter(|s| s.weight > 0.0).count().max(1);
        let scale = (MANY / counted as f64).min(1.0);
        let share = match now.set.ones().any(|other| other != index && self.lead(other) == self.lead(index)) {
            true => TWIN * scale,
            false if self.forms[index].is_foreign_key => self.bounds.share,
            false => self.bounds.share * UNASKED * scale,
        };
        let earned = self.price_of_a_byte(now) * self.bytes(index) as f64;
        self.least.max(self.whole * share).max(earned)
    }

    /// What a byte must earn: a small part of what the bytes of the set earn on the average, and not much less of the work than it is of
    /// the tables. The latter does not fall when most of the work is spared already.
    pub(super) fn price_of_a_byte(&self, now: &Chosen) -> f64 {
        let average = (self.nothing - now.cost).max(0.0) / self.costs.bytes(&now.set).max(1) as f64;
        (average * LITTLE).max(self.whole / self.bounds.heap_bytes.max(1) as f64 * OF_TABLES)
    }

    pub(super) fn bytes(&self, index: usize) -> i64 {
        self.costs.indexes[index].1.bytes
    }

    /// The table and the column that an index begins with.
    pub(super) fn lead(&self, index: usize) -> (Oid, &str) {
        let (table, index) = &self.costs.indexes[index];
        (*table, leading(&index.using))
    }
}
