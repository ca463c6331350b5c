//! What the planner reads beside definitions and the statistics of columns: sizes, statistics of expressions and of several columns
//! together, settings of database and roles, ends of columns. The planner twin is made of it.

use serde::{Deserialize, Serialize};

use super::{ColumnStatistics, Oid};
use crate::ident::{Ident, QualifiedName};

/// Everything of that kind, in a fixed order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlannerFigures {
    /// How texts sort.
    pub locale: Locale,
    /// Tables, materialized views and their indexes.
    pub relations: Vec<RelationFigures>,
    /// Extended statistics that have been computed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended: Vec<ExtendedStatistics>,
    /// Planner settings of the database and of roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<ScopedSetting>,
    /// Ends of columns that an index leads with; only where they were asked for, since they are user data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extremes: Vec<Extremes>,
    /// Whether ends were asked for.
    #[serde(default)]
    pub extremes_read: bool,
}

/// Encoding and locale of a database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locale {
    /// `UTF8`.
    pub encoding: String,
    /// `datcollate`.
    pub collate: String,
    /// `datctype`.
    pub ctype: String,
    /// `c` the operating system's, `i` ICU, `b` built in.
    pub provider: String,
    /// The locale's name where the provider is not the operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Sizes of one relation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelationFigures {
    /// `pg_class.oid`.
    pub oid: Oid,
    /// Schema and name.
    pub name: QualifiedName,
    /// The table, when it is an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<QualifiedName>,
    /// `relpages`, blocks at the last VACUUM or ANALYZE.
    pub pages: i64,
    /// `reltuples` as it stands: -1 (0 before 14) where it was never analysed.
    pub rows: f64,
    /// `relallvisible`, blocks.
    pub all_visible: i64,
    /// Blocks of the main fork now: what the planner goes by.
    pub blocks: i64,
    /// Statistics of key expressions of an index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<KeyStatistics>,
}

/// Statistics of one key of an index, where the key is an expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyStatistics {
    /// Its place in the index, from 1.
    pub number: i16,
    /// Its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_oid: Option<Oid>,
    /// The statistics.
    #[serde(flatten)]
    pub statistics: ColumnStatistics,
}

/// `pg_statistic_ext_data` of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtendedStatistics {
    /// `pg_statistic_ext.oid`.
    pub oid: Oid,
    /// Schema and name.
    pub name: QualifiedName,
    /// Its table.
    pub table: QualifiedName,
    /// Of the table with its children (15+; before that, of what ANALYZE saw last).
    #[serde(default)]
    pub inherited: bool,
    /// Its columns, by number. Expressions come after them.
    pub columns: Vec<ExtendedColumn>,
    /// `{"1, 2": 100}`: numbers of columns (negative: of expressions) and how many combinations of values they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ndistinct: Option<String>,
    /// `{"1 => 2": 0.95}`: how far the one decides the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<String>,
    /// Most common combinations of values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_common: Option<Vec<Combination>>,
    /// Statistics of its expressions, in order (14+).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expressions: Vec<ColumnStatistics>,
}

/// A column of extended statistics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendedColumn {
    /// `attnum` on the original.
    pub number: i16,
    /// Its name.
    pub name: Ident,
}

/// One combination of values and how often it occurs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Combination {
    /// A value for each column, then for each expression.
    pub values: Vec<Option<String>>,
    /// Share of the rows, 0 to 1.
    pub frequency: f64,
    /// Share if the columns were independent, 0 to 1.
    pub base_frequency: f64,
}

/// A setting of a database or a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ScopedSetting {
    /// The role; `None` = every role.
    pub role: Option<Ident>,
    /// In this database alone.
    pub database: bool,
    /// Its name.
    pub name: String,
    /// Its value as written.
    pub value: String,
}

/// The least and the greatest value that a column has now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extremes {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Ident,
    /// Least value that is not NULL.
    pub least: String,
    /// Greatest value that is not NULL.
    pub greatest: String,
}
