//! Statements before and after, and why one gained less than ten times.

use super::{Measured, StatementTimes, System};

/// A cure is expected to make a statement this many times faster.
pub const GOAL: f64 = 10.0;

/// A statement before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name of the block.
    pub name: String,
    /// The index it lacked.
    pub wants: Option<String>,
    /// Before.
    pub before: StatementTimes,
    /// After.
    pub after: StatementTimes,
}

impl Comparison {
    /// How many times faster it is.
    pub fn factor(&self) -> f64 {
        self.before.mean_ms / self.after.mean_ms.max(1e-6)
    }

    /// Whether it lacked an index and is now as much faster as a cure should make it.
    pub fn reached(&self) -> bool {
        self.factor() >= GOAL
    }

    /// Why it gained what it gained and no more, from what the server counted.
    pub fn reason(&self) -> String {
        let (before, after) = (self.before.pages_per_call(), self.after.pages_per_call());
        let rows = self.after.rows_per_call();
        let pages = format!("{before:.0} pages a call before, {after:.0} after");
        if self.after.mean_ms > 0.8 * self.before.mean_ms && after > 0.8 * before {
            format!("no better: {pages}")
        } else if self.before.mean_ms < 1.0 {
            format!("it was fast before, the table is small: {pages}")
        } else if after <= 3.0 * rows + 10.0 && rows >= 10.0 {
            format!("what is left are its {rows:.0} rows a call: {pages}")
        } else if after * GOAL <= before {
            format!("it reads that much less, what is left is its own computing: {pages}")
        } else {
            format!("it has that much to read: {pages}, {rows:.0} rows returned")
        }
    }
}

impl Measured {
    /// Statements in both runs, those that took most time before first.
    pub fn compare(&self, after: &Measured, system: &System) -> Vec<Comparison> {
        let mut list: Vec<Comparison> = system
            .blocks
            .iter()
            .filter_map(|block| {
                let (before, after) = (self.statements.get(&block.name)?, after.statements.get(&block.name)?);
                Some(Comparison { name: block.name.clone(), wants: block.wants.clone(), before: *before, after: *after })
            })
            .collect();
        list.sort_by(|a, b| b.before.total_ms.total_cmp(&a.before.total_ms).then_with(|| a.name.cmp(&b.name)));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_what_the_server_counted() {
        let times = |mean_ms, rows, pages| StatementTimes { calls: 1, mean_ms, total_ms: mean_ms, rows, pages };
        let of = |before, after| Comparison { name: String::new(), wants: None, before, after }.reason();
        assert!(of(times(5.0, 1, 100), times(5.0, 1, 100)).starts_with("no better"));
        assert!(of(times(0.5, 1, 100), times(0.1, 1, 4)).starts_with("it was fast before"));
        assert!(of(times(9.0, 300, 900), times(3.0, 300, 310)).starts_with("what is left are its 300 rows"));
        assert!(of(times(9.0, 1, 900), times(3.0, 1, 20)).starts_with("it reads that much less"));
        assert!(of(times(9.0, 1, 900), times(3.0, 1, 400)).starts_with("it has that much to read"));
    }
}
