//! An index that was just built on an empty table: how large it would be on the full one, and how high.

use std::fs::File;
use std::path::Path;

use serde::Deserialize;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row};

use super::btree::{self, BLOCK};
use super::files::Known;
use super::index_size::{self, SizeModel, Width};
use super::keys::{self, Key};
use super::tree_height;
use crate::error::{Context, Result};
use crate::ident::QualifiedName;
use crate::snapshot::{Oid, Relation};

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
    pub(super) keys: Vec<Key>,
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
        let widths: Vec<Width> = self.keys.iter().map(|k| keys::width(k, table)).collect();
        Ok(match self.method.as_str() {
            "btree" if model == SizeModel::Hypopg => (index_size::hypopg(rows, &widths), Some(btree::NO_LEVELS)),
            "btree" => {
                let blocks = index_size::btree(rows, &widths, keys::distinct(&self.keys, table, rows), deduplicates(path)?);
                let columns: Vec<Option<&str>> = self.keys.iter().map(|k| k.column.as_deref()).collect();
                (blocks, Some(tree_height::levels(blocks, Known::key_bytes_of(table, &columns, rows))))
            }
            "gin" => {
                let elements = keys::elements(&self.keys, table);
                (index_size::gin(rows, elements.0, elements.1, 12.0), None)
            }
            "brin" => (index_size::brin(heap_blocks, &widths), None),
            _ => (index_size::btree(rows, &widths, rows, false), None),
        })
    }
}

/// Whether equal keys share one entry: the server wrote it into the metapage (`btm_allequalimage`).
fn deduplicates(path: &Path) -> std::io::Result<bool> {
    let mut meta = vec![0; BLOCK];
    std::io::Read::read_exact(&mut File::open(path)?, &mut meta)?;
    Ok(btree::all_equal_image(&meta))
}
