//! How wide the chosen indexes are to be: wider where that pays, narrower where little is lost, the plainer of two of one size.

use std::cmp::Reverse;

use super::costs::Set;
use super::form::keys;
use super::select::{Chosen, PAGE, Search, TRIED};
use super::trim::{LITTLE, UNASKED};
use crate::error::Result;

/// Share of the price of the bytes that may be lost where a statement gets dearer by more than a little,
const DEARER: f64 = 0.3;
/// and the share of what it costs without indexes that it may then cost.
const SPARED: f64 = 0.1;
/// A statement is as cheap, up to this factor.
const NEARLY: f64 = 1.15;
/// Share of its bytes that a smaller one may have.
const SMALLER: f64 = 0.9;
/// So many times as large is one that counts as being of the same size.
const ALIKE: f64 = 1.1;

impl Search<'_> {
    /// Puts an index that goes on with further keys in the place of one where that saves as much as an index of its own must, or what is
    /// noticed: it serves the same statements, which no plan may have shown yet.
    pub(super) async fn widened(&mut self, mut now: Chosen) -> Result<Chosen> {
        for narrow in now.set.ones().collect::<Vec<_>>() {
            let using = &self.costs.indexes[narrow].1.using;
            let (table, own, rows) = (self.costs.indexes[narrow].0, keys(using), condition(using));
            let goes_on = |i: &usize| {
                let (on, index) = &self.costs.indexes[*i];
                *on == table && condition(&index.using) == rows && keys(&index.using).starts_with(&own) && !now.set.contains(*i)
            };
            let view = self.view();
            let state = view.state(&now.set);
            let mut without = state.clone();
            view.take(&mut without, narrow);
            // the most promising first, by what is known
            let mut wider: Vec<(f64, usize)> = Vec::new();
            for i in (0..self.costs.indexes.len()).filter(goes_on) {
                let mut beside = state.clone();
                view.put(&mut beside, &[i]);
                wider.push((state.total - beside.total, i));
            }
            let price = self.price_of_a_byte(&now);
            let more = |i: usize| price * (self.bytes(i) - self.bytes(narrow)) as f64;
            let felt = |i: usize| self.least.max(more(i) * DEARER);
            let own = |i: usize| self.least.max(self.whole * self.bounds.share * UNASKED).max(more(i));
            wider.retain(|(gain, i)| *gain >= felt(*i));
            wider.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let sets: Vec<(f64, f64, Set)> =
                wider.iter().take(TRIED).map(|(_, i)| (felt(*i), own(*i), with(&without.set, *i))).collect();
            let mut best = None;
            for (felt, own, set) in sets {
                let wide = self.verified(&set, Some(&now)).await?;
                let gain = now.cost - wide.cost;
                let pays = gain >= own || gain >= felt && self.tells(&now, &wide, None);
                if pays && best.as_ref().is_none_or(|b: &Chosen| wide.cost < b.cost) {
                    best = Some(wide);
                }
            }
            now = best.unwrap_or(now);
        }
        Ok(now)
    }

    /// Puts smaller indexes in the place of large ones where little is lost by it: narrower, only over the rows asked for, or one for two
    /// that begin alike; and of those that are as large the plainer.
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
                break;
            }
        }
        for index in now.set.ones().collect::<Vec<_>>() {
            now = self.plainer(now, index).await?;
        }
        Ok(now)
    }

    /// The set with the smaller index instead of these that is worth most: what is lost by it against the price of the bytes it frees. As it
    /// is, where there is none.
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
        let price = self.price_of_a_byte(&now);
        let own: Vec<&str> = large.iter().flat_map(|i| keys(&self.costs.indexes[*i].1.using)).collect();
        // of the same columns it may do what no plan has shown yet
        let of_its_columns = |i: usize| keys(&self.costs.indexes[i].1.using).iter().all(|key| own.contains(key));
        let table = self.costs.indexes[large[0]].0;
        let is_smaller = |i: &usize| {
            let is_new = !now.set.contains(*i) || large.contains(i);
            let is_smaller = (self.bytes(*i) as f64) < bytes as f64 * SMALLER;
            is_new && is_smaller && large != [*i] && self.costs.indexes[*i].0 == table
        };
        let mut promising = Vec::new();
        for small in (0..self.costs.indexes.len()).filter(is_smaller) {
            let mut with = without.clone();
            view.put(&mut with, &[small]);
            let spared = price * (bytes - self.bytes(small)) as f64;
            let loss = with.total - state.total;
            if loss <= work.max(spared) || of_its_columns(small) {
                promising.push((spared - loss, small, spared, with.set));
            }
        }
        let size = |i: usize| (self.bytes(i), self.forms[i].rank(), i);
        promising.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| size(a.1).cmp(&size(b.1))));
        for (_, _, spared, set) in promising.into_iter().take(2 * TRIED) {
            let with = self.verified(&set, Some(&now)).await?;
            let loss = with.cost - now.cost;
            let as_good = loss <= work.max(spared) && is_as_good(&with, &now);
            if as_good || loss <= spared * DEARER && self.is_cheap_enough(&with, &now) {
                return Ok(with);
            }
        }
        Ok(now)
    }

    /// The set with the plainest index of the same size that does as well.
    async fn plainer(&mut self, now: Chosen, index: usize) -> Result<Chosen> {
        let view = self.view();
        let state = view.state(&now.set);
        let mut without = state.clone();
        view.take(&mut without, index);
        let most = view.saved(&state, index) * LITTLE;
        let table = self.costs.indexes[index].0;
        let rows = condition(&self.costs.indexes[index].1.using);
        let is_plainer = |i: &usize| {
            let is_alike = self.bytes(*i) as f64 <= self.bytes(index) as f64 * ALIKE;
            let is_new = !now.set.contains(*i) && self.costs.indexes[*i].0 == table;
            is_new && is_alike && self.forms[*i].is_plainer(&self.forms[index])
        };
        let mut plainer: Vec<usize> = (0..self.costs.indexes.len()).filter(is_plainer).collect();
        plainer.sort_by_key(|i| (self.forms[*i].rank(), *i));
        let mut promising = Vec::new();
        for i in plainer {
            let mut with = without.clone();
            view.put(&mut with, &[i]);
            // over the same rows it may do what no plan has shown yet
            let of_its_rows = rows.is_some() && condition(&self.costs.indexes[i].1.using) == rows;
            if with.total - state.total <= most || of_its_rows {
                promising.push(with.set);
            }
        }
        for set in promising.into_iter().take(TRIED) {
            let with = self.verified(&set, Some(&now)).await?;
            if with.cost - now.cost <= most && is_as_good(&with, &now) {
                return Ok(with);
            }
        }
        Ok(now)
    }

    /// Whether every statement that is dearer than with another set still costs a small part of what it does without indexes.
    fn is_cheap_enough(&self, this: &Chosen, other: &Chosen) -> bool {
        let mut each = this.each.iter().zip(&other.each).zip(&self.costs.statements);
        each.all(|((this, other), s)| *this <= (other * NEARLY + PAGE).max(s.base * SPARED))
    }
}

/// Whether no statement is much dearer than with another set.
fn is_as_good(this: &Chosen, other: &Chosen) -> bool {
    this.each.iter().zip(&other.each).all(|(this, other)| *this <= other * NEARLY + PAGE)
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
