//! What is left out of a choice in the end: indexes that save too little to be looked after, and the width of those that need not be wide.

use std::cmp::Reverse;

use super::known::State;
use super::select::{Chosen, PAGE, Search, TRIED};
use crate::error::Result;
use crate::snapshot::Oid;

/// Share of what the workload costs that an index must save beside one that begins with the same column.
const TWIN: f64 = 0.01;
/// So many times as much must an index save that no foreign key asks for.
const UNASKED: f64 = 10.0;
/// Factor by which some call must be cheaper,
const FACTOR: f64 = 3.0;
/// and by what reading so many pages in a row costs, or a quarter as many in any order, by default,
const FELT_COST: f64 = 64.0;
/// and milliseconds that it must be shorter by;
const FELT_MS: f64 = 0.1;
/// or the share of the time that was counted in which a processor would have less to do;
const FELT_SHARE: f64 = 0.01;
/// or, where there are no times, of all work.
const MUCH: f64 = 0.002;
/// Statements of a workload in which every index should do much.
const MANY: f64 = 200.0;
/// Share of what an index saves that a smaller one may lose.
const LITTLE: f64 = 0.03;
/// Share of the price of the bytes that may be lost where a statement gets dearer by more than a little,
const DEARER: f64 = 0.1;
/// and the share of what it costs without indexes that it may then cost.
const SPARED: f64 = 0.1;
/// A statement is as cheap, up to this factor.
const NEARLY: f64 = 1.15;
/// Of an index that takes as many bytes as all tables, the share of all work that it must save at least.
const OF_TABLES: f64 = 0.01;
/// Share of its bytes that a smaller one may have.
const SMALLER: f64 = 0.9;
/// One that begins with so many times as many values is good for more statements, if it is no larger.
const SELECTIVE: u64 = 10;

impl Search<'_> {
    /// Takes out what saves too little to be worth having, the least first.
    pub(super) async fn prune(&mut self, mut now: Chosen) -> Result<Chosen> {
        let mut kept = self.costs.none();
        loop {
            let view = self.view();
            let state = view.state(&now.set);
            let mut least: Option<(f64, usize)> = None;
            for i in now.set.ones().filter(|i| !kept.contains(*i)) {
                let wanted = if self.is_felt(&state, i) { self.wanted(&now, &state, i) } else { f64::MAX };
                let saved = view.saved(&state, i);
                if saved < wanted && least.is_none_or(|(share, _)| saved / wanted < share) {
                    least = Some((saved / wanted, i));
                }
            }
            let Some((_, i)) = least else { return Ok(now) };
            let mut set = now.set.clone();
            set.remove(i);
            let without = self.verified(&set, Some(&now)).await?;
            if without.cost - now.cost >= self.wanted(&now, &state, i) && self.is_felt_by_plans(&without, &now) {
                kept.insert(i); // the planner knows better
            } else {
                now = without;
            }
        }
    }

    /// Whether anybody notices that an index is there, as far as is known.
    fn is_felt(&self, state: &State, index: usize) -> bool {
        let view = self.view();
        let changes = view.back(state, index).map(|(s, back)| (s, state.of(s) + back, state.of(s)));
        self.notices(view.saved(state, index), changes)
    }

    /// The same, of two sets as the planner says.
    fn is_felt_by_plans(&self, without: &Chosen, with: &Chosen) -> bool {
        let changes = without.each.iter().zip(&with.each).enumerate().map(|(s, (without, with))| (s, *without, *with));
        self.notices(without.cost - with.cost, changes)
    }

    /// Whether a call is shorter by what can be felt and by a factor, or else the server has much less to do; of statements with their
    /// costs without and with an index.
    fn notices(&self, saved: f64, changes: impl Iterator<Item = (usize, f64, f64)>) -> bool {
        if self.bounds.bind() {
            return true; // who names a budget wants it spent
        }
        let window = self.bounds.window_ms;
        let is_felt = |(s, without, with): (usize, f64, f64)| {
            let statement = &self.costs.statements[s];
            let spared = statement.weight * (without - with) / statement.calls.max(1.0);
            without >= with * FACTOR && without - with >= FELT_COST && (window.is_none() || spared >= FELT_MS)
        };
        let of_time = |window: f64| saved >= window * FELT_SHARE;
        let of_work = saved >= self.whole * MUCH;
        window.is_some_and(of_time) || (of_work && window.is_none()) || changes.into_iter().any(is_felt)
    }

    /// What an index of a set must save: more, where no foreign key asks for it, most where another one of the set begins with the same
    /// column.
    fn wanted(&self, now: &Chosen, state: &State, index: usize) -> f64 {
        if self.bounds.bind() {
            return self.least;
        }
        // in a workload of many statements each has little to save
        let counted = self.costs.statements.iter().filter(|s| s.weight > 0.0).count().max(1);
        let scale = (MANY / counted as f64).min(1.0);
        let share = match now.set.ones().any(|other| other != index && self.lead(other) == self.lead(index)) {
            true => TWIN * scale,
            false if self.leads[index].is_foreign_key => self.bounds.share,
            false => self.bounds.share * UNASKED * scale,
        };
        let earned = self.price_of_a_byte(state) * self.bytes(index) as f64;
        self.least.max(self.whole * share).max(earned)
    }

    /// Puts smaller indexes in the place of large ones where little is lost by it: narrower, only over the rows asked for, with a column in
    /// front that tells more, or one for two that begin alike.
    pub(super) async fn narrowed(&mut self, mut now: Chosen) -> Result<Chosen> {
        for large in now.set.ones().collect::<Vec<_>>() {
            now = self.exchanged(now, &[large]).await?;
        }
        loop {
            let members: Vec<usize> = now.set.ones().collect();
            let alike = |(a, b): &(usize, usize)| self.lead(*a) == self.lead(*b);
            let pairs = members.iter().enumerate().flat_map(|(n, a)| members[n + 1..].iter().map(|b| (*a, *b)));
            let mut pairs: Vec<(usize, usize)> = pairs.filter(alike).collect();
            pairs.sort_by_key(|(a, b)| (Reverse(self.bytes(*a) + self.bytes(*b)), *a, *b));
            let before = now.set.clone();
            for (a, b) in pairs {
                now = self.exchanged(now, &[a, b]).await?;
                if now.set != before {
                    break;
                }
            }
            if now.set == before {
                return Ok(now);
            }
        }
    }

    /// The set with the smallest index instead of these that does nearly all of their work; as it is, where there is none.
    async fn exchanged(&mut self, now: Chosen, large: &[usize]) -> Result<Chosen> {
        if !large.iter().all(|i| now.set.contains(*i)) {
            return Ok(now);
        }
        let view = self.view();
        let state = view.state(&now.set);
        let mut without = state.clone();
        large.iter().for_each(|i| view.take(&mut without, *i));
        let bytes: i64 = large.iter().map(|i| self.bytes(*i)).sum();
        let work = (without.total - state.total) * LITTLE;
        let price = self.price_of_a_byte(&state);
        let values = large.iter().map(|i| self.leads[*i].values).max().unwrap_or_default();
        let is_better = |i: usize| {
            let selective = self.leads[i].values > values.saturating_mul(SELECTIVE);
            (self.bytes(i) as f64) < bytes as f64 * if selective { 1.0 } else { SMALLER }
        };
        let table = self.costs.indexes[large[0]].0;
        let is_smaller = |i: &usize| {
            let is_new = !now.set.contains(*i) || large.contains(i);
            is_new && large != [*i] && self.costs.indexes[*i].0 == table && is_better(*i)
        };
        let mut promising = Vec::new();
        for small in (0..self.costs.indexes.len()).filter(is_smaller) {
            let mut with = without.clone();
            view.put(&mut with, &[small]);
            let spared = price * (bytes - self.bytes(small)) as f64;
            let loss = with.total - state.total;
            if loss <= work.max(spared) {
                promising.push((spared - loss, small, spared, with.set));
            }
        }
        promising.sort_by(|a, b| b.0.total_cmp(&a.0).then(self.bytes(a.1).cmp(&self.bytes(b.1))).then(a.1.cmp(&b.1)));
        for (_, _, spared, set) in promising.into_iter().take(2 * TRIED) {
            let with = self.verified(&set, Some(&now)).await?;
            let loss = with.cost - now.cost;
            if loss <= work.max(spared) && self.is_as_good(&with, &now)
                || loss <= spared * DEARER && self.is_cheap_enough(&with, &now)
            {
                return Ok(with);
            }
        }
        Ok(now)
    }

    /// Whether no statement is much dearer than with another set.
    fn is_as_good(&self, this: &Chosen, other: &Chosen) -> bool {
        this.each.iter().zip(&other.each).all(|(this, other)| *this <= other * NEARLY + PAGE)
    }

    /// Whether every statement that is dearer than with another set still costs a small part of what it does without indexes.
    fn is_cheap_enough(&self, this: &Chosen, other: &Chosen) -> bool {
        let mut each = this.each.iter().zip(&other.each).zip(&self.costs.statements);
        each.all(|((this, other), s)| *this <= (other * NEARLY + PAGE).max(s.base * SPARED))
    }

    /// What a byte must earn: a small part of what the bytes of the set earn on the average, and not much less of the work than it is of
    /// the tables. The latter does not fall when most of the work is spared already.
    fn price_of_a_byte(&self, state: &State) -> f64 {
        let nothing = self.view().state(&self.costs.none());
        let average = (nothing.total - state.total).max(0.0) / state.bytes.max(1) as f64;
        (average * LITTLE).max(self.whole / self.bounds.heap_bytes.max(1) as f64 * OF_TABLES)
    }

    fn bytes(&self, index: usize) -> i64 {
        self.costs.indexes[index].1.bytes
    }

    /// The table and the column that an index begins with.
    fn lead(&self, index: usize) -> (Oid, &str) {
        let (table, index) = &self.costs.indexes[index];
        (*table, leading(&index.using))
    }
}

/// The first key of an index, as `pg_get_indexdef()` prints it, without its direction.
pub(super) fn leading(using: &str) -> &str {
    let first = using.split([',', ')']).next().unwrap_or_default();
    first.split_once('(').map_or(first, |(_, key)| key).trim_end_matches(" DESC")
}
