//! From the best set that no budget binds down to one that fits: what costs least for the bytes it frees goes first, or gives way to
//! something smaller.

use super::known::{State, View};
use super::select::Search;

/// Up to so many indexes each is also exchanged for smaller ones.
const EXCHANGED: usize = 64;

impl Search<'_> {
    /// A set within the bounds, by what is known.
    pub(super) fn shrunk(&self, mut state: State) -> State {
        while !self.is_within(&state) {
            let view = self.view();
            let Some((_, out, into)) =
                self.ways(&view, &state).min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))))
            else {
                return state;
            };
            view.take(&mut state, out);
            if let Some(into) = into {
                view.put(&mut state, &[into]);
            }
        }
        state
    }

    fn is_within(&self, state: &State) -> bool {
        let bounds = &self.bounds;
        bounds.bytes.is_none_or(|most| state.bytes <= most) && bounds.count.is_none_or(|most| state.set.count_ones(..) <= most)
    }

    /// Each index of the set to take out, with a smaller one to put in its place or none, and what is lost for each byte, or index,
    /// that is freed.
    fn ways<'a>(&'a self, view: &'a View<'a>, state: &'a State) -> impl Iterator<Item = (f64, usize, Option<usize>)> + 'a {
        let by_bytes = self.bounds.bytes.is_some_and(|most| state.bytes > most);
        let exchanged = by_bytes && state.set.count_ones(..) <= EXCHANGED;
        let bytes = |i: usize| view.costs.indexes[i].1.bytes.max(8_192);
        state.set.ones().flat_map(move |out| {
            let smaller = if exchanged { view.additions.beside(out) } else { Vec::new() };
            let smaller = smaller.into_iter().filter_map(|a| match view.additions.all()[a].as_slice() {
                [into] if !state.set.contains(*into) && bytes(*into) < bytes(out) => Some(*into),
                _ => None,
            });
            let ways: Vec<Option<usize>> = std::iter::once(None).chain(smaller.map(Some)).collect();
            ways.into_iter().map(move |into| {
                let freed = if by_bytes { bytes(out) - into.map_or(0, bytes) } else { 1 };
                (view.loss(state, out, into) / freed as f64, out, into)
            })
        })
    }
}
