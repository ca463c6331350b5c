//! What is left out of a choice in the end: indexes that save too little to be looked after, and the width of those that need not be wide.

use super::costs::Set;
use super::form::{keys, leading};
use super::select::{Chosen, Search, TRIED};
use crate::error::Result;

/// Share of what the workload costs that an index must save beside one that begins with the same column.
const TWIN: f64 = 0.01;
/// So many times as much must an index save that no foreign key asks for.
const UNASKED: f64 = 10.0;
/// Statements of a workload in which every index should do much.
const MANY: f64 = 200.0;
/// Share of what an index saves that a smaller one may lose.
const LITTLE: f64 = 0.03;
/// Share of its bytes that a smaller one may have.
const SMALLER: f64 = 0.9;
/// So many times as large is one that counts as being of the same size.
const ALIKE: f64 = 1.1;

impl Search<'_> {
    /// Takes out what saves too little to be worth having, the least first.
    pub(super) async fn prune(&mut self, mut now: Chosen) -> Result<Chosen> {
        let mut kept = self.costs.none();
        loop {
            let view = self.view();
            let state = view.state(&now.set);
            let mut least: Option<(f64, usize)> = None;
            for i in now.set.ones().filter(|i| !kept.contains(*i)) {
                let (saved, wanted) = (view.saved(&state, i), self.wanted(&now, i));
                if saved < wanted && least.is_none_or(|(share, _)| saved / wanted < share) {
                    least = Some((saved / wanted, i));
                }
            }
            let Some((_, i)) = least else { break };
            let mut set = now.set.clone();
            set.remove(i);
            let without = self.verified(&set, Some(&now)).await?;
            if without.cost - now.cost >= self.wanted(&now, i) {
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

    /// What a set leaves without one of its indexes, and how much of what it must save the index saves.
    async fn without(&mut self, now: &Chosen, index: usize) -> Result<(f64, Chosen)> {
        let mut set = now.set.clone();
        set.remove(index);
        let without = self.verified(&set, Some(now)).await?;
        Ok(((without.cost - now.cost) / self.wanted(now, index), without))
    }

    /// What an index of a set must save: more, where no foreign key asks for it, most where another one of the set begins with the same
    /// column. Who names a budget wants it spent.
    fn wanted(&self, now: &Chosen, index: usize) -> f64 {
        if self.bounds.bind() {
            return self.least;
        }
        let lead = |i: usize| (self.costs.indexes[i].0, leading(&self.costs.indexes[i].1.using));
        // in a workload of many statements each has little to save
        let counted = self.costs.statements.iter().filter(|s| s.weight > 0.0).count().max(1);
        let scale = (MANY / counted as f64).min(1.0);
        let share = match now.set.ones().any(|other| other != index && lead(other) == lead(index)) {
            true => TWIN * scale,
            false if self.forms[index].is_foreign_key => self.bounds.share,
            false => self.bounds.share * UNASKED * scale,
        };
        self.least.max(self.whole * share)
    }

    /// Puts an index that goes on with further keys in the place of one where that saves as much as an index of its own must: it serves the
    /// same statements, which no plan may have shown yet.
    pub(super) async fn widened(&mut self, mut now: Chosen) -> Result<Chosen> {
        for narrow in now.set.ones().collect::<Vec<_>>() {
            let own = keys(&self.costs.indexes[narrow].1.using);
            let (table, rows) = (self.costs.indexes[narrow].0, condition(&self.costs.indexes[narrow].1.using));
            let goes_on = |i: usize| {
                let (on, index) = &self.costs.indexes[i];
                *on == table && condition(&index.using) == rows && keys(&index.using).starts_with(&own) && !now.set.contains(i)
            };
            let view = self.view();
            let state = view.state(&now.set);
            let mut without = state.clone();
            view.take(&mut without, narrow);
            // the most promising first, by what is known
            let mut wider: Vec<(f64, usize)> = Vec::new();
            for i in (0..self.costs.indexes.len()).filter(|i| goes_on(*i)) {
                let mut beside = state.clone();
                view.put(&mut beside, &[i]);
                wider.push((state.total - beside.total, i));
            }
            let least = self.least.max(self.whole * self.bounds.share * UNASKED);
            wider.retain(|(gain, _)| *gain >= least);
            wider.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let sets: Vec<Set> = wider.iter().take(TRIED).map(|(_, i)| with(&without.set, *i)).collect();
            let mut best = None;
            for set in sets {
                let wide = self.verified(&set, Some(&now)).await?;
                if now.cost - wide.cost >= least && best.as_ref().is_none_or(|b: &Chosen| wide.cost < b.cost) {
                    best = Some(wide);
                }
            }
            now = best.unwrap_or(now);
        }
        Ok(now)
    }

    /// Puts smaller indexes in the place of large ones where little is lost by it: narrower, only over the rows asked for; and of those that
    /// are as large the plainer.
    pub(super) async fn narrowed(&mut self, mut now: Chosen) -> Result<Chosen> {
        for large in now.set.ones().collect::<Vec<_>>() {
            let view = self.view();
            let state = view.state(&now.set);
            let most = view.saved(&state, large) * LITTLE;
            let bytes = |i: usize| self.costs.indexes[i].1.bytes as f64;
            let table = self.costs.indexes[large].0;
            let is_better = |i: usize| {
                bytes(i) < bytes(large) * SMALLER
                    || bytes(i) <= bytes(large) * ALIKE && self.forms[i].is_plainer(&self.forms[large])
            };
            let is_smaller = |i: &usize| !now.set.contains(*i) && self.costs.indexes[*i].0 == table && is_better(*i);
            let mut smaller: Vec<usize> = (0..self.costs.indexes.len()).filter(is_smaller).collect();
            smaller.sort_by(|a, b| {
                bytes(*a).total_cmp(&bytes(*b)).then_with(|| self.forms[*a].rank().cmp(&self.forms[*b].rank())).then(a.cmp(b))
            });
            let own = keys(&self.costs.indexes[large].1.using);
            let of_its_columns = |i: usize| keys(&self.costs.indexes[i].1.using).iter().all(|key| own.contains(key));
            let mut without = state.clone();
            view.take(&mut without, large);
            let mut promising = Vec::new();
            for small in smaller {
                let mut with = without.clone();
                view.put(&mut with, &[small]);
                // of the same columns it may do what no plan has shown yet
                if with.total - state.total <= most || of_its_columns(small) {
                    promising.push(with.set);
                }
            }
            for set in promising.into_iter().take(TRIED) {
                let with = self.verified(&set, Some(&now)).await?;
                if with.cost - now.cost <= most && with.is_nearly(&now) {
                    now = with;
                    break;
                }
            }
        }
        Ok(now)
    }
}

/// Which rows a partial index holds.
fn condition(using: &str) -> Option<&str> {
    using.split_once(" WHERE ").map(|(_, condition)| condition)
}

fn with(set: &Set, index: usize) -> Set {
    let mut set = set.clone();
    set.insert(index);
    set
}
