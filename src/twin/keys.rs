//! What the keys of an index say of its size: widths, different values, elements, from the statistics of the table.

use serde::Deserialize;

use super::index_size::Width;
use crate::snapshot::{ColumnStatistics, Relation};

/// A key column of an index.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Key {
    /// The column; `None` for an expression.
    pub column: Option<String>,
    /// The expression as SQL.
    pub expression: Option<String>,
    /// `typlen`: bytes, or negative when it varies.
    pub length: i16,
    /// Bytes: 1, 2, 4 or 8.
    pub align: u8,
    /// It is an array.
    pub element: bool,
}

impl Key {
    /// The column, or those of the expression.
    fn columns(&self) -> Vec<String> {
        match (&self.column, &self.expression) {
            (Some(column), _) => vec![column.clone()],
            (None, Some(expression)) => crate::query::columns_of(expression).unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }
}

/// Rows of a table that has grown since it was analysed, as the planner reckons.
pub(crate) fn rows_now(rows: f64, pages: i64, blocks: i64) -> f64 {
    if pages > 0 { rows * blocks as f64 / pages as f64 } else { rows }
}

/// Different keys among so many rows.
pub(crate) fn distinct(keys: &[Key], table: &Relation, rows: f64) -> f64 {
    let of = |column: &str| statistics(table, column).map_or(rows, |s| s.distinct(rows));
    // an expression has no more values than the columns that it is made of
    let product: f64 = keys.iter().flat_map(Key::columns).map(|c| of(&c)).product();
    product.clamp(1.0, rows.max(1.0))
}

pub(crate) fn statistics<'t>(table: &'t Relation, column: &str) -> Option<&'t ColumnStatistics> {
    table.statistics.iter().find(|s| s.column.raw() == column && !s.inherited)
}

/// How wide the stored values are.
pub(crate) fn width(key: &Key, table: &Relation) -> Width {
    let columns = key.columns();
    let known = columns.first().and_then(|c| statistics(table, c));
    let null_frac = known.map_or(0.0, |s| s.null_frac);
    if key.length > 0 {
        return Width { bytes: f64::from(key.length), align: f64::from(key.align), null_frac };
    }
    let bytes = known.map_or(16.0, |s| f64::from(s.avg_width));
    // a short value has a header of one byte and is not aligned
    Width { bytes, align: if bytes < 127.0 { 1.0 } else { 4.0 }, null_frac }
}

/// Elements in a row, and different ones.
pub(crate) fn elements(keys: &[Key], table: &Relation) -> (f64, f64) {
    let slot = |kind: i16| {
        let column = keys.first()?.column.as_deref()?;
        statistics(table, column)?.slots.iter().find(|s| s.kind == kind)
    };
    // the mean stands last in the histogram of counts
    let mean = slot(5).and_then(|s| s.numbers.as_ref()?.last().copied());
    let most_common = slot(4).and_then(|s| s.values.as_ref().map(Vec::len));
    let default = if keys.first().is_some_and(|k| k.element) { 3.0 } else { 8.0 };
    (mean.unwrap_or(default), most_common.map_or(10_000.0, |n| n as f64 * 10.0))
}
