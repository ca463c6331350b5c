//! Tables, partitioned and foreign ones, views and materialized views: `pg_class` with what hangs on it.

use serde::{Deserialize, Serialize};

use super::{Column, ColumnStatistics, Constraint, Grant, Index, Oid, Policy, TableActivity};
use crate::ident::{Ident, QualifiedName};

/// One relation that holds or shows rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Relation {
    /// `pg_class.oid`.
    pub oid: Oid,
    /// Schema and name.
    pub name: QualifiedName,
    /// What it is.
    pub kind: RelationKind,
    /// Owning role.
    pub owner: Ident,
    /// `relpersistence = 'p'`, `'u'` or `'t'`.
    pub persistence: char,
    /// The partitioned table this one is a direct partition of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<Oid>,
    /// `pg_get_partkeydef()` of a partitioned table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Parents by table inheritance (not partitioning).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<Oid>,
    /// The extension it belongs to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Ident>,
    /// Row-level security enabled.
    pub row_security: bool,
    /// ... and forced upon the owner.
    pub force_row_security: bool,
    /// `reltuples`; `None` = never analysed, which is not empty.
    pub rows: Option<f64>,
    /// `relpages`, blocks of 8 kB at the last VACUUM or ANALYZE.
    pub pages: i64,
    /// Bytes of the table with TOAST, without indexes; `None` when not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_bytes: Option<i64>,
    /// Bytes of all its indexes; `None` when not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_bytes: Option<i64>,
    /// `reloptions`, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Columns in order, dropped ones left out.
    pub columns: Vec<Column>,
    /// Indexes by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Constraints by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// Policies by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Policy>,
    /// Privileges on the relation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// `pg_stat_user_tables`; `None` when not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<TableActivity>,
    /// Planner statistics per column; empty when not seen or never analysed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statistics: Vec<ColumnStatistics>,
}

/// `pg_class.relkind`, the kinds that a query can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// An ordinary table (`r`), also a partition.
    Table,
    /// A partitioned table (`p`).
    PartitionedTable,
    /// A foreign table (`f`).
    ForeignTable,
    /// A materialized view (`m`).
    MaterializedView,
    /// A view (`v`).
    View,
}

impl Relation {
    /// Whether it stores rows that users insert: a table, partitioned or not, and not a foreign one.
    pub fn is_table(&self) -> bool {
        matches!(self.kind, RelationKind::Table | RelationKind::PartitionedTable)
    }

    /// Blocks of 8 kB of the table and its indexes, by `relpages`.
    pub fn blocks(&self) -> i64 {
        self.pages + self.indexes.iter().map(|i| i.pages).sum::<i64>()
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name.raw() == name)
    }

    /// The column with that `attnum`.
    pub fn column_number(&self, number: i16) -> Option<&Column> {
        self.columns.iter().find(|c| c.number == number)
    }

    /// The primary key's index.
    pub fn primary_key(&self) -> Option<&Index> {
        self.indexes.iter().find(|i| i.primary)
    }

    /// Planner statistics of a column.
    pub fn column_statistics(&self, column: &Ident) -> Option<&ColumnStatistics> {
        self.statistics.iter().find(|s| s.column == *column && !s.inherited)
    }

    /// Foreign keys of this table.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Constraint, &super::Reference)> {
        self.constraints.iter().filter_map(|c| c.references.as_ref().map(|r| (c, r)))
    }
}
