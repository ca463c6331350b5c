//! Build an index while the application goes on: CONCURRENTLY, then a gate that makes sure it is there, valid and the one wanted.

use serde::{Deserialize, Serialize};

use super::gate::Tail;
use super::index_build::Build;
use crate::config::MigrationSettings;
use crate::ident::{Ident, QualifiedName};
use crate::plan::Statement;
use crate::snapshot::{Catalog, Index, Relation, Snapshot};
use crate::twin::index_size::{self, Width};

/// A b-tree index to be built.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateIndex {
    /// The table, partitioned or not.
    pub table: QualifiedName,
    /// Key columns in order.
    pub columns: Vec<IndexColumn>,
    /// Its name; the planner gives one that is free.
    #[serde(default)]
    pub name: Option<Ident>,
    /// Rows are looked up by all columns at once, so an index that begins with them in any order will do: a foreign key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub any_order: bool,
    /// No two rows may have the same values.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// `USING gin (tags)`, `USING btree (a) WHERE (b IS NULL)`, as `pg_get_indexdef()` prints it, where it is more than columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// Its size where the planner twin has worked it out.
    #[serde(skip)]
    pub bytes: Option<i64>,
}

/// A key column of an index to be built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IndexColumn {
    /// The column.
    pub column: Ident,
    /// `DESC`, and then `NULLS FIRST` as Postgres has it by default.
    #[serde(default)]
    pub descending: bool,
}

impl IndexColumn {
    /// An ascending key column.
    pub fn ascending(column: &Ident) -> Self {
        Self { column: column.clone(), descending: false }
    }
}

impl CreateIndex {
    /// An index on these columns.
    pub fn new(table: &QualifiedName, columns: Vec<IndexColumn>) -> Self {
        Self { table: table.clone(), columns, name: None, any_order: false, unique: false, using: None, bytes: None }
    }

    /// An index as `pg_get_indexdef()` prints it: `USING gin (tags)`. `columns` are those it is named after.
    pub fn with_definition(table: &QualifiedName, columns: Vec<IndexColumn>, using: &str) -> Self {
        Self { using: Some(using.to_owned()), ..Self::new(table, columns) }
    }

    /// An index by which rows of a foreign key are found.
    pub fn for_lookup(table: &QualifiedName, columns: &[Ident]) -> Self {
        let columns = columns.iter().map(IndexColumn::ascending).collect();
        Self { any_order: true, ..Self::new(table, columns) }
    }

    /// A unique index on these columns.
    pub fn unique(table: &QualifiedName, columns: &[Ident]) -> Self {
        Self { unique: true, ..Self::new(table, columns.iter().map(IndexColumn::ascending).collect()) }
    }

    /// The name given to it, or the one it would get were nothing in the way.
    pub fn name(&self) -> Ident {
        self.name.clone().unwrap_or_else(|| self.default_name(&self.table.name))
    }

    /// The name PostgreSQL itself would choose: table, columns, `idx`.
    pub fn default_name(&self, table: &Ident) -> Ident {
        let columns: Vec<&str> = self.columns.iter().map(|c| c.column.raw()).collect();
        crate::ident::short_name(&format!("{}_{}", table.raw(), columns.join("_")), if self.unique { "_key" } else { "_idx" })
    }

    /// `"userId", "createdAt" DESC`; of one that is more than columns, its definition.
    pub fn column_list(&self) -> String {
        if let Some(using) = &self.using {
            return using.strip_prefix("USING ").unwrap_or(using).to_owned();
        }
        let one = |c: &IndexColumn| if c.descending { format!("{} DESC", c.column) } else { c.column.to_string() };
        self.columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Whether an index of these columns serves whoever wants `other`: it begins with the same columns.
    pub fn covers(&self, other: &CreateIndex) -> bool {
        if self.using.is_some() || other.using.is_some() {
            return self.table == other.table && self.using == other.using;
        }
        if self.table != other.table || self.columns.len() < other.columns.len() {
            return false;
        }
        if other.unique {
            return self.unique && self.columns == other.columns; // with more columns it would forbid less
        }
        let prefix = &self.columns[..other.columns.len()];
        let named = |c: &IndexColumn| prefix.iter().any(|p| p.column == c.column);
        prefix == &other.columns[..] || other.any_order && other.columns.iter().all(named)
    }

    pub(super) fn statements(
        &self,
        snapshot: &Snapshot,
        settings: &MigrationSettings,
    ) -> Option<(Vec<Statement>, Vec<Statement>)> {
        let catalog = &snapshot.catalog;
        let table = catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        let build = Build {
            name: self.name(),
            unique: self.unique,
            sql: self.using.clone().unwrap_or_else(|| format!("USING btree ({})", self.column_list())),
            tail: self.tail(),
            was: None,
            catalog,
            settings,
        };
        let up = build.statements(table)?;
        let down = build.drop(table);
        Some((up, down))
    }

    /// How its definition ends.
    pub(super) fn tail(&self) -> Tail {
        self.using.clone().map_or_else(|| Tail::Columns(self.columns.clone()), Tail::Text)
    }

    pub(super) fn is_done(&self, snapshot: &Snapshot) -> bool {
        self.find_in(&snapshot.catalog).is_some()
    }

    fn find_in<'c>(&self, catalog: &'c Catalog) -> Option<&'c Index> {
        let table = catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[])?;
        if let Some(using) = &self.using {
            return table.indexes.iter().find(|i| i.valid && i.definition.ends_with(&format!(" {using}")));
        }
        table.indexes.iter().find(|i| {
            i.is_complete()
                && (!self.unique || i.unique && i.keys.len() == self.columns.len())
                && i.method == "btree"
                && i.keys.len() >= self.columns.len()
                && self.columns.iter().zip(&i.keys).all(|(w, k)| {
                    k.column.as_ref() == Some(&w.column)
                        && k.default_opclass
                        && k.collation.is_none()
                        && k.descending == w.descending
                        && k.nulls_first == w.descending
                })
        })
    }

    /// Bytes and seconds.
    pub(super) fn estimate(&self, snapshot: &Snapshot) -> (Option<i64>, Option<f64>) {
        let catalog = &snapshot.catalog;
        let Some(table) = catalog.find(Some(self.table.schema.raw()), self.table.name.raw(), &[]) else { return (None, None) };
        let Some(rows) = catalog.rows(table) else { return (None, None) };
        let bytes = self.bytes.or_else(|| self.using.is_none().then(|| self.modelled_bytes(table, rows, catalog)));
        let heap = table_bytes(table, catalog) as f64;
        // Two passes over the heap at 200 MB/s and a sort of about a million keys a second: an order of magnitude, no promise.
        let seconds = 2.0 * heap / 200e6 + rows / 1e6;
        (bytes, Some(seconds))
    }

    fn modelled_bytes(&self, table: &Relation, rows: f64, catalog: &Catalog) -> i64 {
        let statistics = |c: &IndexColumn| catalog.column_statistics(table, &c.column);
        let of_type = |c: &IndexColumn| table.column(c.column.raw()).and_then(|k| catalog.base_type(k.type_oid));
        let width = |c: &IndexColumn| {
            let length = of_type(c).map_or(8, |t| t.length);
            let bytes = if length > 0 { f64::from(length) } else { statistics(c).map_or(16.0, |s| f64::from(s.avg_width)) };
            let align = if length > 0 { f64::from(length).min(8.0) } else { 1.0 };
            Width { bytes, align, null_frac: statistics(c).map_or(0.0, |s| s.null_frac) }
        };
        let widths: Vec<Width> = self.columns.iter().map(width).collect();
        let distinct = self.columns.iter().map(|c| statistics(c).map_or(rows, |s| s.distinct(rows)));
        let distinct = distinct.product::<f64>().clamp(1.0, rows.max(1.0));
        // values that are equal and print differently are stored one by one
        let alike = |c: &IndexColumn| {
            of_type(c).is_none_or(|t| {
                t.category != 'A'
                    && !["numeric", "float4", "float8", "jsonb", "interval"].contains(&t.name.name.raw())
                    && t.kind != 'r'
            })
        };
        index_size::btree(rows, &widths, distinct, self.columns.iter().all(alike)) * 8_192
    }
}

/// Bytes of a table's heap with its partitions.
pub(super) fn table_bytes(table: &Relation, catalog: &Catalog) -> i64 {
    let own = table.table_bytes.unwrap_or(table.pages * 8_192);
    own + catalog.partitions(table.oid).into_iter().map(|p| table_bytes(p, catalog)).sum::<i64>()
}
