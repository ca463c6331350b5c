//! How large an index would be. B-trees as `CREATE INDEX` builds them: leaves filled to 90 %, keys that repeat stored once with a
//! list of rows (deduplication, 13+; `src/backend/access/nbtree/README`).

use super::tree_height;

/// Bytes of a page without header and special area.
const USABLE: f64 = 8_192.0 - 24.0 - 16.0;
/// Bytes left free on a leaf at fillfactor 90.
const FREE: f64 = 819.0;
/// Longest posting list that a build makes, bytes: a tenth of a page, without its line pointer.
const LONGEST: f64 = 812.0;
/// Bytes of a row's address in a posting list.
const ADDRESS: f64 = 6.0;

/// A stored column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Width {
    /// Bytes of a value, as `avg_width` tells them.
    pub bytes: f64,
    /// Alignment: 1, 2, 4 or 8.
    pub align: f64,
    /// Share of NULLs, 0 to 1.
    pub null_frac: f64,
}

/// Which sizes are assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum SizeModel {
    /// As large as it will be.
    #[default]
    Real,
    /// As large as the extension HypoPG 1.3 believes, which knows no deduplication: to compare with tools that live on it.
    Hypopg,
}

/// Blocks of a b-tree over so many rows with so many different keys, if equal keys may share one entry.
pub fn btree(rows: f64, columns: &[Width], distinct: f64, deduplicates: bool) -> i64 {
    if rows < 1.0 {
        return 1;
    }
    let key = tuple(columns);
    let distinct = distinct.clamp(1.0, rows);
    let repeats = rows / distinct;
    let bytes = if deduplicates && repeats > 1.01 { distinct * of_one_key(key, repeats) } else { rows * (key + 4.0) };
    let leaves = (bytes / (USABLE - FREE)).ceil();
    let key_bytes: f64 = columns.iter().map(|c| c.bytes).sum();
    (leaves + inner_pages(leaves, key_bytes) + 1.0) as i64
}

/// HypoPG's estimate: 8 bytes of header and of a line pointer for every column, a fifth more for bloat.
pub fn hypopg(rows: f64, columns: &[Width]) -> i64 {
    let n = columns.len() as f64;
    let line = columns.iter().map(|c| c.bytes).sum::<f64>() + 8.0 * n + (4.0 * n / 8.0).ceil() * 8.0;
    ((rows * line / USABLE * 1.3) as i64).max(1)
}

/// Bytes of an index entry: header, NULL flags where there are NULLs, values aligned one after the other.
fn tuple(columns: &[Width]) -> f64 {
    let any_null = 1.0 - columns.iter().map(|c| 1.0 - c.null_frac).product::<f64>();
    let values = |present: bool| {
        let mut at = 0.0_f64;
        for column in columns {
            let share = if present { 1.0 } else { 1.0 - column.null_frac };
            at = (at / column.align).ceil() * column.align + column.bytes * share;
        }
        at
    };
    let without = 8.0 + aligned(values(true));
    if any_null < 0.001 {
        return without;
    }
    // those with a NULL have eight bytes of flags and fewer values
    (1.0 - any_null) * without + any_null * (16.0 + aligned(values(false)))
}

fn aligned(bytes: f64) -> f64 {
    (bytes / 8.0).ceil() * 8.0
}

/// Bytes on leaves of all rows with one key, the mean over keys that repeat between once and twice the mean number of times.
fn of_one_key(key: f64, repeats: f64) -> f64 {
    if repeats > 40.0 {
        return posting(key, repeats);
    }
    let most = (2.0 * repeats - 1.0).max(1.0);
    let steps = most.floor().max(1.0) as u32;
    let sum: f64 = (1..=steps).map(|n| posting(key, f64::from(n))).sum();
    sum / f64::from(steps) * (repeats / ((f64::from(steps) + 1.0) / 2.0))
}

fn posting(key: f64, rows: f64) -> f64 {
    if rows <= 1.0 {
        return key + 4.0;
    }
    let each = ((LONGEST - key) / ADDRESS).floor().max(2.0);
    let full = (rows / each).floor();
    let rest = rows - full * each;
    let list = |n: f64| {
        if n <= 0.0 {
            0.0
        } else if n <= 1.0 {
            key + 4.0
        } else {
            aligned(key + ADDRESS * n) + 4.0
        }
    };
    full * list(each) + list(rest)
}

/// Pages above the leaves.
fn inner_pages(leaves: f64, key_bytes: f64) -> f64 {
    let fanout = tree_height::fanout(key_bytes);
    let (mut pages, mut all) = (leaves, 0.0);
    while pages > 1.0 {
        pages = (pages / fanout).ceil();
        all += pages;
    }
    all
}

/// Blocks of a GIN index: every element of every row as some two bytes in a compressed list, and the elements themselves.
pub fn gin(rows: f64, elements_a_row: f64, distinct_elements: f64, element_bytes: f64) -> i64 {
    let lists = rows * elements_a_row * 2.2;
    let entries = distinct_elements.min(rows * elements_a_row) * (element_bytes + 20.0);
    ((lists + entries) / (USABLE * 0.9)).ceil() as i64 + 2
}

/// Blocks of a BRIN index: a summary for every 128 blocks of the table, and the map to them.
pub fn brin(heap_blocks: i64, columns: &[Width]) -> i64 {
    let ranges = (heap_blocks as f64 / 128.0).ceil();
    let summary = 8.0 + columns.iter().map(|c| 2.0 * c.bytes + 2.0).sum::<f64>() + 4.0;
    2 + (ranges / 1_360.0).ceil() as i64 + (ranges * summary / USABLE).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const INT: Width = Width { bytes: 4.0, align: 4.0, null_frac: 0.0 };

    fn near(found: i64, real: i64, tolerance: f64) {
        let off = (found - real).abs() as f64 / real as f64;
        assert!(off <= tolerance, "{found} blocks for {real}");
    }

    /// Sizes that PostgreSQL 15 really gave (`relpages` after CREATE INDEX).
    #[test]
    fn as_postgres_builds_them() {
        near(btree(1_000_000.0, &[INT], 1_000_000.0, true), 2_745, 0.01);
        // six million rows: 30 a key, then 1 to 7 a key
        near(btree(6_001_215.0, &[INT], 200_000.0, true), 5_505, 0.03);
        near(btree(6_001_215.0, &[INT], 1_500_000.0, true), 9_509, 0.03);
        // no deduplication
        near(btree(1_000_000.0, &[INT], 3.0, false), 2_745, 0.01);
    }

    #[test]
    fn as_hypopg_believes() {
        assert_eq!(hypopg(6_001_215.0, &[INT]) * 8_192 / 100_000, 1_567);
        assert_eq!(hypopg(6_001_215.0, &[INT, INT]) * 8_192 / 100_000, 2_508);
    }
}
