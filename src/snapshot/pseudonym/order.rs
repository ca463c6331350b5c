//! One order for many values, of which only pieces are known: each histogram is sorted, under a collation we do not have.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// All values in an order that agrees with every chain; what the chains leave open goes by `key`.
///
/// Chains that contradict each other (two collations under one name) give way to `key`.
pub(super) fn linear<'v, K: Ord>(values: &'v BTreeSet<String>, chains: &[Vec<String>], key: impl Fn(&str) -> K) -> Vec<&'v str> {
    let all: Vec<&str> = values.iter().map(String::as_str).collect();
    let number: BTreeMap<&str, usize> = all.iter().enumerate().map(|(i, v)| (*v, i)).collect();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut waits_for = vec![0usize; all.len()];
    for chain in chains {
        for pair in chain.windows(2) {
            if let (Some(&a), Some(&b)) = (number.get(pair[0].as_str()), number.get(pair[1].as_str()))
                && a != b
            {
                after[a].push(b);
                waits_for[b] += 1;
            }
        }
    }
    let rank = |i: usize| Reverse((key(all[i]), i));
    let mut ready: BinaryHeap<_> = (0..all.len()).filter(|i| waits_for[*i] == 0).map(rank).collect();
    let mut left: BTreeSet<(K, usize)> = (0..all.len()).filter(|i| waits_for[*i] > 0).map(|i| (key(all[i]), i)).collect();
    let mut done = Vec::with_capacity(all.len());
    loop {
        let next = match ready.pop() {
            Some(Reverse((_, i))) => i,
            None => match left.pop_first() {
                Some((_, i)) => i,
                None => return done,
            },
        };
        done.push(all[next]);
        for &i in &after[next] {
            waits_for[i] = waits_for[i].saturating_sub(1);
            if waits_for[i] == 0 && left.remove(&(key(all[i]), i)) {
                ready.push(rank(i));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn chains_win_over_the_key_and_the_rest_goes_by_it() {
        let values: BTreeSet<String> = owned(&["a", "B", "c", "D"]).into_iter().collect();
        assert_eq!(linear(&values, &[owned(&["a", "B", "c"])], str::to_owned), ["D", "a", "B", "c"]);
        assert_eq!(linear(&values, &[owned(&["a", "B", "c"])], str::to_lowercase), ["a", "B", "c", "D"]);
    }

    #[test]
    fn contradictions_end() {
        let values: BTreeSet<String> = owned(&["a", "b"]).into_iter().collect();
        assert_eq!(linear(&values, &[owned(&["a", "b"]), owned(&["b", "a"])], str::to_owned), ["a", "b"]);
    }
}
