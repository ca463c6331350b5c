//! A small model of what an access costs, in pages read, with a given index or none. It ranks; plans prove.
//!
//! Sequential: pages + 0.01 a row. By index: 3 + one page for each row fetched, at most all pages, fewer when rows lie in the
//! order of the index, + 0.015 a row, + a sort where one is left to do. The constants
//! have the ratios of `cpu_tuple_cost` and `cpu_index_tuple_cost` to a page in cache.

use crate::ident::Ident;
use crate::plan::IndexColumn;
use crate::query::{Access, FilterOp};
use crate::snapshot::{Catalog, Index, IndexKey, Relation};

/// What an access compares and sorts by.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// Columns compared by `=` or `IS NULL`, or joined on.
    pub equal: Vec<Ident>,
    /// Those of them that are compared by `IS NULL`: how many rows that keeps is another matter than a value's.
    pub nulls: Vec<Ident>,
    /// Columns compared with a list.
    pub among: Vec<Ident>,
    /// Columns compared by range, and whether it has a lower and an upper bound.
    pub ranges: Vec<(Ident, bool, bool)>,
    /// Leading columns of the order asked for.
    pub order: Vec<IndexColumn>,
    /// Whether `order` is all of the order.
    pub order_complete: bool,
    /// Rows after which reading stops.
    pub limit: Option<f64>,
    /// How often the access runs in one call of the statement.
    pub loops: f64,
    /// Measured rows a call, where they are rows of this table.
    pub rows_per_call: Option<f64>,
}

/// An index as the model sees it: key columns with their order.
#[derive(Debug, Clone)]
pub struct Usable {
    keys: Vec<IndexColumn>,
    unique: bool,
    /// Finds values but gives no order and no ranges: hash, GiST with the scalar classes of btree_gist, `text_pattern_ops`.
    unordered: bool,
    /// Columns that the condition of a partial index takes care of.
    implied: Vec<String>,
}

impl Usable {
    /// An index that is proposed.
    pub fn proposed(columns: &[IndexColumn]) -> Self {
        Self { keys: columns.to_vec(), unique: false, unordered: false, implied: Vec::new() }
    }

    /// An index that is there, if the statement can use it.
    pub(super) fn existing(index: &Index, shape: &Shape) -> Option<Self> {
        if !index.valid || !["btree", "hash", "gist"].contains(&index.method.as_str()) {
            return None;
        }
        // A partial index serves when its condition is about columns that the statement pins down too: constants are parameters
        // in the workload, so whether the values agree is not known. Saying less is right here.
        let mut implied = Vec::new();
        if let Some(predicate) = &index.predicate {
            implied = crate::query::columns_of(predicate)?;
            let tests_null = |c: &str| predicate.contains(&format!("{} IS NULL", Ident::new(c)));
            let said = |c: &String| if tests_null(c) { shape.is_null(c) } else { shape.filters_on(c) && !shape.is_null(c) };
            if !implied.iter().all(said) {
                return None;
            }
        }
        let keys = index.keys.iter().map_while(|k| {
            let column = k.column.clone().filter(|_| (k.default_opclass || finds_equal(k)) && k.collation.is_none())?;
            Some(IndexColumn { column, descending: k.descending })
        });
        let keys: Vec<IndexColumn> = keys.collect();
        let unordered = index.method != "btree" || index.keys.iter().any(finds_equal);
        let unique = index.unique && index.predicate.is_none() && keys.len() == index.keys.len();
        (!keys.is_empty()).then_some(Self { keys, unique, unordered, implied })
    }
}

/// Whether the key's operator class sorts another way than ORDER BY, and still finds what is equal.
fn finds_equal(key: &IndexKey) -> bool {
    key.opclass.ends_with("_pattern_ops")
}

impl Shape {
    /// Whether there is nothing that an index could serve.
    pub(super) fn is_empty(&self) -> bool {
        self.equal.is_empty()
            && self.among.is_empty()
            && self.ranges.is_empty()
            && (self.order.is_empty() || self.limit.is_none())
    }

    /// Whether the statement compares this column with something.
    fn filters_on(&self, column: &str) -> bool {
        let named = |c: &Ident| c.raw() == column;
        self.equal.iter().any(named) || self.among.iter().any(named) || self.ranges.iter().any(|(c, ..)| named(c))
    }

    /// Whether the statement asks for rows where this column is NULL.
    fn is_null(&self, column: &str) -> bool {
        self.nulls.iter().any(|c| c.raw() == column)
    }

    /// Share of the rows that the comparison of this column by equality keeps.
    pub(super) fn selectivity(&self, column: &Ident, rows: f64, table: &Relation, catalog: &Catalog) -> f64 {
        match self.is_null(column.raw()) {
            true => null_share(table, column, rows, catalog),
            false => equal_selectivity(table, column, rows, catalog),
        }
    }

    /// The same where it decides how far an index is read in order until enough rows pass. Where one value holds most of the rows,
    /// statements ask for another: a queue asks for the few rows that are not done.
    fn passing(&self, column: &Ident, rows: f64, table: &Relation, catalog: &Catalog) -> f64 {
        let usual = self.selectivity(column, rows, table, catalog);
        match catalog.column_statistics(table, column).filter(|_| usual > 0.5 && !self.is_null(column.raw())) {
            Some(statistics) => statistics.rare_frequency(rows).clamp(1.0 / rows.max(1.0), 1.0),
            None => usual,
        }
    }

    /// Cost of the access with this index, or without any if that is cheaper.
    pub(super) fn cost_with(&self, index: &Usable, table: &Relation, catalog: &Catalog) -> f64 {
        let size = Size::of(table, catalog);
        let by_index = self.index_cost(index, &size, table, catalog).unwrap_or(f64::INFINITY);
        (by_index * self.loops).min(self.scan_cost(&size))
    }

    fn scan_cost(&self, size: &Size) -> f64 {
        size.pages + 0.01 * size.rows
    }

    fn index_cost(&self, index: &Usable, size: &Size, table: &Relation, catalog: &Catalog) -> Option<f64> {
        let holds = |c: &&Ident| index.implied.iter().any(|i| i == c.raw());
        let mut fetched =
            self.equal.iter().filter(holds).fold(size.rows, |n, c| n * self.selectivity(c, size.rows, table, catalog));
        let mut used = 0;
        let mut exact = true;
        let mut shares = Vec::new(); // of the rows that each key column keeps
        for key in &index.keys {
            let (column, before) = (&key.column, fetched);
            if self.equal.contains(column) {
                if !holds(&column) {
                    fetched *= self.selectivity(column, size.rows, table, catalog);
                }
            } else if index.unordered {
                break;
            } else if self.among.contains(column) {
                fetched *= list_selectivity(table, column, size.rows, catalog);
                exact = false; // rows of several values do not come in one order
            } else if let Some((_, low, high)) = self.ranges.iter().find(|(c, ..)| c == column) {
                fetched *= self.range_selectivity(*low && *high, size.rows, fetched);
                used += 1;
                exact = false;
                shares.push((column, fetched / before));
                break;
            } else {
                break;
            }
            used += 1;
            shares.push((column, fetched / before));
        }
        if index.unique && used == index.keys.len() && exact && !index.keys.iter().any(|k| self.nulls.contains(&k.column)) {
            fetched = fetched.min(1.0);
        }
        let ordered = self.gives_order(index, used, exact);
        let limit = self.limit.filter(|_| ordered);
        if used == 0 && limit.is_none() {
            return None;
        }
        if let Some(limit) = limit {
            // rows that other filters throw away are read too
            let known = |c: &Ident| index.keys.iter().any(|k| k.column == *c) || index.implied.iter().any(|i| i == c.raw());
            let equal = self.equal.iter().filter(|c| !known(c)).map(|c| self.passing(c, size.rows, table, catalog));
            let among = self.among.iter().filter(|c| !known(c)).map(|c| list_selectivity(table, c, size.rows, catalog));
            let residual: f64 = equal.chain(among).product();
            fetched = fetched.min(limit / residual.max(1e-9));
        }
        let fetched = fetched.max(1.0);
        let sort = if self.order.is_empty() || ordered { 0.0 } else { 4.0 + 0.01 * fetched * fetched.log2() };
        // Rows that lie in the order of a key column share pages. As the planner does, interpolate by the correlation squared. All
        // rows with the values of one column lie in its share of the pages, whatever its place in the index.
        let scattered = fetched.min(size.pages.max(1.0));
        if used <= 1 {
            shares = vec![(&index.keys[0].column, fetched / size.rows.max(1.0))]; // a LIMIT may have ended it early
        }
        let read = shares.iter().filter(|(c, _)| !self.nulls.contains(c)).map(|(column, share)| {
            let follows = correlation(table, column, catalog).powi(2);
            follows * (share * size.pages).ceil().min(scattered) + (1.0 - follows) * scattered
        });
        Some(3.0 + read.fold(scattered, f64::min) + 0.015 * fetched + sort)
    }

    /// Whether rows come out of the index in the order asked for, forwards or backwards, when its first `used` keys find them.
    fn gives_order(&self, index: &Usable, used: usize, exact: bool) -> bool {
        if self.order.is_empty() || !self.order_complete || index.unordered {
            return false;
        }
        // A range on the sort column itself keeps the order; equalities before it do too.
        let pinned = index.keys.iter().take_while(|k| self.equal.contains(&k.column)).count();
        let rest = &index.keys[pinned..];
        let range_is_sort = used == pinned + 1 && rest.first().is_some_and(|k| self.order[0].column == k.column);
        if !(exact || range_is_sort) {
            return false;
        }
        let wanted: Vec<&IndexColumn> = self.order.iter().filter(|o| !self.equal.contains(&o.column)).collect();
        let same =
            |flip: bool| wanted.iter().zip(rest).all(|(w, k)| w.column == k.column && (w.descending != k.descending) == flip);
        wanted.len() <= rest.len() && (same(false) || same(true))
    }

    /// Measured where the rows returned tell, else the planner's defaults for unknown bounds (0.005 two-sided, 1/3 one-sided).
    fn range_selectivity(&self, both: bool, rows: f64, before: f64) -> f64 {
        let default = if both { 0.005 } else { 1.0 / 3.0 };
        match self.rows_per_call {
            Some(returned) if self.ranges.len() == 1 && before > 0.0 => (returned / before).clamp(1.0 / rows.max(1.0), 1.0),
            _ => default,
        }
    }
}

/// Estimated cost with the best of the indexes that are there.
pub(super) fn cost_today(shape: &Shape, table: &Relation, catalog: &Catalog) -> f64 {
    let size = Size::of(table, catalog);
    let usable = table.indexes.iter().filter_map(|i| Usable::existing(i, shape));
    usable.map(|i| shape.cost_with(&i, table, catalog)).fold(shape.scan_cost(&size), f64::min)
}

/// Cost of one page of a sequential scan, the rows in it included.
pub(super) fn of_a_page(table: &Relation, catalog: &Catalog) -> f64 {
    let size = Size::of(table, catalog);
    1.0 + 0.01 * size.rows / size.pages.max(1.0)
}

/// Estimated rows that an access passes on: filters by equality and list only.
pub(super) fn rows_of(access: &Access, table: &Relation, catalog: &Catalog) -> f64 {
    let rows = Size::of(table, catalog).rows;
    let mut left = rows;
    for filter in access.filters.iter().filter(|f| f.disjunct.is_none()) {
        let factor = match (&filter.operator, filter.target.column()) {
            (FilterOp::Equal, Some(c)) => equal_selectivity(table, c, rows, catalog),
            (FilterOp::IsNull, Some(c)) => null_share(table, c, rows, catalog),
            (FilterOp::In, Some(c)) => list_selectivity(table, c, rows, catalog),
            (FilterOp::Range(_), _) => 1.0 / 3.0,
            _ => 1.0,
        };
        left *= factor;
    }
    left.max(1.0)
}

/// Rows and pages of a table with its partitions.
struct Size {
    rows: f64,
    pages: f64,
}

impl Size {
    fn of(table: &Relation, catalog: &Catalog) -> Self {
        Self { rows: catalog.likely_rows(table), pages: catalog.heap_blocks(table) as f64 }
    }
}

/// Correlation of a column's order with that of the rows, -1 to 1; 0 when not known.
fn correlation(table: &Relation, column: &Ident, catalog: &Catalog) -> f64 {
    catalog.column_statistics(table, column).and_then(|s| s.correlation()).unwrap_or(0.0)
}

/// Share of the rows whose column is one of a list of values; lists are taken to hold three.
fn list_selectivity(table: &Relation, column: &Ident, rows: f64, catalog: &Catalog) -> f64 {
    (3.0 * equal_selectivity(table, column, rows, catalog)).min(1.0)
}

/// Share of the rows where the column is NULL. Unknown, it is taken to be large: `deleted_at IS NULL` is what most tests look like.
fn null_share(table: &Relation, column: &Ident, rows: f64, catalog: &Catalog) -> f64 {
    catalog.column_statistics(table, column).map_or(0.5, |s| s.null_frac.clamp(1.0 / rows.max(1.0), 1.0))
}

/// Share of the rows that a value asked for has: by the statistics, else by unique indexes, else the planner's default (0.005).
pub(super) fn equal_selectivity(table: &Relation, column: &Ident, rows: f64, catalog: &Catalog) -> f64 {
    if let Some(statistics) = catalog.column_statistics(table, column) {
        return statistics.typical_frequency(rows).clamp(1.0 / rows.max(1.0), 1.0);
    }
    let unique = table
        .indexes
        .iter()
        .any(|i| i.unique && i.is_complete() && i.keys.len() == 1 && i.keys[0].column.as_ref() == Some(column));
    let boolean = table.column(column.raw()).is_some_and(|c| c.type_name == "boolean");
    match (unique, boolean) {
        (true, _) => 1.0 / rows.max(1.0),
        (_, true) => 0.5,
        _ => 0.005,
    }
}
