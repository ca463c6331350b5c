//! Planner statistics of columns: `pg_statistic`, or `pg_stats` where only that may be read.

use serde::{Deserialize, Serialize};

use crate::ident::Ident;

/// Statistics of one column. Values are user data: saved snapshots hold pseudonyms of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnStatistics {
    /// The column.
    pub column: Ident,
    /// Statistics of the table with its inheritance children.
    #[serde(default)]
    pub inherited: bool,
    /// Share of NULLs, 0 to 1.
    pub null_frac: f64,
    /// Mean width, bytes.
    pub avg_width: i32,
    /// Distinct values; negative: as a share of the rows.
    pub n_distinct: f64,
    /// The kinds of statistics, as in `stakind1` to `stakind5`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
}

/// One statistics slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// 1 most common values, 2 histogram, 3 correlation, 4 most common elements, 5 element counts, 6 range lengths, 7 range bounds.
    pub kind: i16,
    /// Operator as `regoperator` prints it; `None` when read from `pg_stats`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Collation, SQL-quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// Frequencies, correlation, counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Vec<f64>>,
    /// Values as the type's output function prints them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Option<String>>>,
}

/// `stakind` of most common values.
pub const MOST_COMMON_VALUES: i16 = 1;
/// `stakind` of a histogram.
pub const HISTOGRAM: i16 = 2;
/// `stakind` of correlation with the physical order.
pub const CORRELATION: i16 = 3;

impl ColumnStatistics {
    /// Estimated number of distinct non-NULL values in a table of `rows` rows, at least 1.
    pub fn distinct(&self, rows: f64) -> f64 {
        let n = if self.n_distinct < 0.0 { -self.n_distinct * rows } else { self.n_distinct };
        n.max(1.0)
    }

    /// Frequency of the most common value, 0 to 1; 0 when there is no list.
    pub fn top_frequency(&self) -> f64 {
        let numbers = self.slots.iter().find(|s| s.kind == MOST_COMMON_VALUES).and_then(|s| s.numbers.as_deref());
        numbers.and_then(|n| n.first().copied()).unwrap_or(0.0)
    }

    /// Share of the rows that have the value a query asks for, 0 to 1, if values are asked for as often as they occur: big tenants
    /// have more users. The most common values count with their own frequencies, the rest as equal shares.
    pub fn typical_frequency(&self, rows: f64) -> f64 {
        let numbers = self.slots.iter().find(|s| s.kind == MOST_COMMON_VALUES).and_then(|s| s.numbers.as_deref());
        let common = numbers.unwrap_or_default();
        let present = (1.0 - self.null_frac).max(0.0);
        let rest = (present - common.iter().sum::<f64>()).max(0.0);
        let others = (self.distinct(rows) - common.len() as f64).max(1.0);
        let weighted = common.iter().map(|f| f * f).sum::<f64>() + rest * rest / others;
        if present > 0.0 { weighted / present } else { 0.0 }
    }

    /// Frequency of a value that is seldom asked about, 0 to 1: `state = 'queued'` among a million that are done.
    pub fn rare_frequency(&self, rows: f64) -> f64 {
        let numbers = self.slots.iter().find(|s| s.kind == MOST_COMMON_VALUES).and_then(|s| s.numbers.as_deref());
        let common = numbers.unwrap_or_default();
        let rest = (1.0 - self.null_frac - common.iter().sum::<f64>()).max(0.0);
        let others = self.distinct(rows) - common.len() as f64;
        let uncommon = if others >= 1.0 { rest / others } else { 1.0 };
        common.iter().copied().fold(uncommon, f64::min)
    }

    /// Correlation of the column's order with the rows' physical order, -1 to 1.
    pub fn correlation(&self) -> Option<f64> {
        self.slots.iter().find(|s| s.kind == CORRELATION)?.numbers.as_ref()?.first().copied()
    }
}
