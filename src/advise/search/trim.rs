//! What is left out of a choice in the end: indexes that save too little to be looked after, and the width of those that need not be wide.

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
        loop {
            let mut least: Option<(f64, Chosen)> = None;
            for i in now.set.ones().collect::<Vec<_>>() {
                let mut set = now.set.clone();
                set.remove(i);
                let without = self.verified(&set, Some(&now)).await?;
                let share = (without.cost - now.cost) / self.wanted(&now, i);
                if share < 1.0 && least.as_ref().is_none_or(|(s, _)| share < *s) {
                    least = Some((share, without));
                }
            }
            match least {
                Some((_, without)) => now = without,
                None => return Ok(now),
            }
        }
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
