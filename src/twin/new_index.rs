//! An index that was just built on an empty table: how large it would be on the full one, and how high.

use std::fs::File;
use std::path::Path;

use serde::Deserialize;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};

use super::btree::{self, BLOCK};
use super::files::Known;
use super::index_size::{self, SizeModel, Width};
use super::tree_height;
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::snapshot::{ColumnStatistics, Oid, Relation};

/// An index as the server describes it.
#[derive(Deserialize)]
pub(crate) struct Made {
    /// `pg_class.oid`.
    pub oid: Oid,
    /// Its name; the schema is its table's.
    pub name: String,
    /// Its table's schema.
    pub table_schema: String,
    /// Its table.
    pub table: String,
    /// Its file below the data directory; `None` of a partitioned one.
    pub path: Option<String>,
    method: String,
    /// `pg_get_indexdef()`.
    pub definition: String,
    /// `WHERE` of a partial index.
    pub predicate: Option<String>,
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    column: Option<String>,
    expression: Option<String>,
    length: i16,
    align: u8,
    element: bool,
}

/// Indexes whose names begin so, with OIDs above this one.
pub(super) async fn made(connection: &mut PgConnection, prefix: &str, above: Oid) -> Result<Vec<Made>> {
    ask(connection, Some(prefix), above, &[]).await
}

/// Indexes by OID.
pub(crate) async fn described(connection: &mut PgConnection, oids: &[Oid]) -> Result<Vec<Made>> {
    ask(connection, None, 0, oids).await
}

async fn ask(connection: &mut PgConnection, prefix: Option<&str>, above: Oid, oids: &[Oid]) -> Result<Vec<Made>> {
    let oids: Vec<i64> = oids.iter().map(|o| i64::from(*o)).collect();
    let rows = sqlx::query(include_str!("sql/made_indexes.sql"))
        .bind(prefix)
        .bind(i64::from(above))
        .bind(oids)
        .fetch_all(connection)
        .await
        .context("cannot ask the twin")?;
    rows.iter()
        .map(|r| {
            let text: &str = r.try_get(0).context("the twin did not describe an index")?;
            serde_json::from_str(text).context("the twin did not describe an index")
        })
        .collect()
}

/// Rows of a table that has grown since it was analysed, as the planner reckons.
pub(crate) fn rows_now(rows: f64, pages: i64, blocks: i64) -> f64 {
    if pages > 0 { rows * blocks as f64 / pages as f64 } else { rows }
}

/// Rows that a predicate keeps, as the planner has it.
pub(crate) async fn rows_where(connection: &mut PgConnection, table: &QualifiedName, predicate: &str) -> Option<f64> {
    let sql = format!("EXPLAIN (FORMAT JSON) SELECT 1 FROM ONLY {table} WHERE {predicate}");
    let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(connection).await.ok()?;
    let json: serde_json::Value = serde_json::from_str(&row.try_get_unchecked::<String, _>(0).ok()?).ok()?;
    json.get(0)?.get("Plan")?.get("Plan Rows")?.as_f64()
}

impl Made {
    /// Blocks, and levels above the leaves of a b-tree, over so many rows of a table with these statistics. `path`: its file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn size(
        &self,
        table: &Relation,
        rows: f64,
        heap_blocks: i64,
        path: &Path,
        model: SizeModel,
    ) -> std::io::Result<(i64, Option<u32>)> {
        let widths: Vec<Width> = self.keys.iter().map(|k| width(k, table)).collect();
        Ok(match self.method.as_str() {
            "btree" if model == SizeModel::Hypopg => (index_size::hypopg(rows, &widths), Some(btree::NO_LEVELS)),
            "btree" => {
                let blocks = index_size::btree(rows, &widths, self.distinct(table, rows), deduplicates(path)?);
                let columns: Vec<Option<&str>> = self.keys.iter().map(|k| k.column.as_deref()).collect();
                (blocks, Some(tree_height::levels(blocks, Known::key_bytes_of(table, &columns, rows))))
            }
            "gin" => {
                let elements = self.elements(table);
                (index_size::gin(rows, elements.0, elements.1, 12.0), None)
            }
            "brin" => (index_size::brin(heap_blocks, &widths), None),
            _ => (index_size::btree(rows, &widths, rows, false), None),
        })
    }

    /// Different keys.
    fn distinct(&self, table: &Relation, rows: f64) -> f64 {
        let of = |column: &str| statistics(table, column).map_or(rows, |s| s.distinct(rows));
        // an expression has no more values than the columns that it is made of
        let product: f64 = self.keys.iter().flat_map(Key::columns).map(|c| of(&c)).product();
        product.clamp(1.0, rows.max(1.0))
    }

    /// Elements in a row, and different ones.
    fn elements(&self, table: &Relation) -> (f64, f64) {
        let slot = |kind: i16| {
            let column = self.keys.first()?.column.as_deref()?;
            statistics(table, column)?.slots.iter().find(|s| s.kind == kind)
        };
        // the mean stands last in the histogram of counts
        let mean = slot(5).and_then(|s| s.numbers.as_ref()?.last().copied());
        let most_common = slot(4).and_then(|s| s.values.as_ref().map(Vec::len));
        let default = if self.keys.first().is_some_and(|k| k.element) { 3.0 } else { 8.0 };
        (mean.unwrap_or(default), most_common.map_or(10_000.0, |n| n as f64 * 10.0))
    }
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

fn statistics<'t>(table: &'t Relation, column: &str) -> Option<&'t ColumnStatistics> {
    table.statistics.iter().find(|s| s.column.raw() == column && !s.inherited)
}

fn width(key: &Key, table: &Relation) -> Width {
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

/// Whether equal keys share one entry: the server wrote it into the metapage (`btm_allequalimage`).
fn deduplicates(path: &Path) -> std::io::Result<bool> {
    let mut meta = vec![0; BLOCK];
    std::io::Read::read_exact(&mut File::open(path)?, &mut meta)?;
    Ok(btree::all_equal_image(&meta))
}
