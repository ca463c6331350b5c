//! Indexes: `pg_index` with the names a person needs.

use serde::{Deserialize, Serialize};

use super::{IndexActivity, Oid};
use crate::ident::Ident;

/// One index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// `pg_class.oid` of the index.
    pub oid: Oid,
    /// Its name; the schema is its table's.
    pub name: Ident,
    /// Access method: `btree`, `gin`, ...
    pub method: String,
    /// `indisunique`.
    pub unique: bool,
    /// `indisprimary`.
    pub primary: bool,
    /// Backs an exclusion constraint.
    pub exclusion: bool,
    /// `indisvalid`: queries may use it.
    pub valid: bool,
    /// `indisready`: writes keep it.
    pub ready: bool,
    /// `NULLS NOT DISTINCT` (15+).
    pub nulls_not_distinct: bool,
    /// The table is `CLUSTER`ed on it or it is the replica identity.
    pub referenced_by_table: bool,
    /// Name of the constraint (primary key, unique, exclusion) it backs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Ident>,
    /// The partitioned index this one is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Oid>,
    /// Key columns in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE` columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Ident>,
    /// `WHERE` of a partial index, as `pg_get_expr()` prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// `pg_get_indexdef()`.
    pub definition: String,
    /// `relpages` of the index, 8 kB blocks.
    pub pages: i64,
    /// `pg_stat_user_indexes`; `None` when not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<IndexActivity>,
}

/// One key column of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// The column, unless it is an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Ident>,
    /// The expression, as `pg_get_indexdef()` prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// Operator class, with its schema unless `pg_catalog`.
    pub opclass: String,
    /// Whether that is the type's default class for the method.
    pub default_opclass: bool,
    /// Collation, when it is not the column's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`.
    pub nulls_first: bool,
}

impl Index {
    /// The leading key columns that are plain columns with the default operator class and collation.
    pub fn plain_prefix(&self) -> impl Iterator<Item = &Ident> {
        self.keys.iter().map_while(|k| k.column.as_ref().filter(|_| k.default_opclass && k.collation.is_none()))
    }

    /// Whether every query may rely on it: valid and not partial.
    pub fn is_complete(&self) -> bool {
        self.valid && self.predicate.is_none()
    }
}
