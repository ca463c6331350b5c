//! Tables, views and sequences with their columns, and what hangs on them.

use serde::{Deserialize, Serialize};

use super::{Acl, Id, Kind};
use crate::ident::{Ident, QualifiedName};

/// A table: ordinary, partitioned, foreign, a partition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// Access method; `None` where the kind has none.
    pub access_method: Option<Ident>,
    /// Tablespace; `None` = the database's.
    pub tablespace: Option<Ident>,
    /// Storage parameters `name=value`, sorted; those of its TOAST table as `toast.name=value`.
    pub options: Vec<String>,
    /// `d` default, `n` nothing, `f` full, `i` index.
    pub replica_identity: char,
    /// The index of `REPLICA IDENTITY USING INDEX`.
    pub replica_index: Option<Ident>,
    /// The index of `CLUSTER ON`.
    pub cluster_on: Option<Ident>,
    /// `ENABLE ROW LEVEL SECURITY`.
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`.
    pub force_row_security: bool,
    /// Parents by inheritance, in order.
    pub inherits: Vec<QualifiedName>,
    /// The partitioned table it is a partition of.
    pub partition_of: Option<QualifiedName>,
    /// Its bound: `FOR VALUES FROM (1) TO (2)`, `DEFAULT`.
    pub bound: Option<String>,
    /// `DETACH PARTITION CONCURRENTLY` was begun and not finished (14+).
    pub detach_pending: bool,
    /// `pg_get_partkeydef()` of a partitioned table.
    pub partition_key: Option<String>,
    /// The type of a table `OF` a type.
    pub of_type: Option<QualifiedName>,
    /// Server of a foreign table.
    pub server: Option<Ident>,
    /// Options of a foreign table, `name=value`.
    pub server_options: Vec<String>,
    /// Columns in order.
    pub columns: Vec<Column>,
}

/// A column of a table or view, an attribute of a composite type.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// `format_type()`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Its collation, when it is not the type's own; qualified SQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// `NOT NULL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_null: Option<NotNull>,
    /// Default or generation expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `s` stored, `v` virtual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<char>,
    /// `GENERATED ... AS IDENTITY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// `attstorage`, when it is not the type's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<char>,
    /// `attcompression`: `p` pglz, `l` lz4 (14+).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<char>,
    /// Statistics target; `None` = the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistics: Option<i32>,
    /// `attoptions`, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// `attfdwoptions`, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub server_options: Vec<String>,
    /// Declared here, not only taken over from a parent.
    pub local: bool,
    /// Also a parent's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
    /// Privileges on the column alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acl: Option<Acl>,
    /// `COMMENT ON COLUMN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// `SECURITY LABEL ON COLUMN` by provider.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub labels: std::collections::BTreeMap<String, String>,
}

/// `NOT NULL`; 18 and later keep it as a constraint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotNull {
    /// Name, when it is not the one that Postgres gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Ident>,
    /// `NO INHERIT`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// `NOT VALID`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// Comes from a parent alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inherited: bool,
    /// `COMMENT ON CONSTRAINT` of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An identity column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// `GENERATED ALWAYS`; else `BY DEFAULT`.
    pub always: bool,
    /// The sequence behind it.
    pub sequence: QualifiedName,
    /// Its options.
    pub options: SequenceOptions,
}

/// How a sequence counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// `smallint`, `integer`, `bigint`.
    pub data_type: String,
    /// `START WITH`.
    pub start: i64,
    /// `INCREMENT BY`.
    pub increment: i64,
    /// `MINVALUE`.
    pub min: i64,
    /// `MAXVALUE`.
    pub max: i64,
    /// `CACHE`.
    pub cache: i64,
    /// `CYCLE`.
    pub cycle: bool,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// `UNLOGGED` (15+).
    #[serde(default)]
    pub unlogged: bool,
    /// How it counts.
    pub options: SequenceOptions,
    /// The column it is dropped with.
    pub owned_by: Option<Id>,
    /// It is an identity column's: made and changed through that.
    #[serde(default)]
    pub identity: bool,
}

/// The text of a query, as Postgres prints it. It prints one form of VALUES with and without a blank: loaded again, the text is another.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Query(pub String);

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.replace("( VALUES", "(VALUES") == other.0.replace("( VALUES", "(VALUES")
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A view or materialized view.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// `pg_get_viewdef()`, without the closing semicolon.
    pub definition: Query,
    /// `security_barrier`, `check_option`, storage parameters; sorted.
    pub options: Vec<String>,
    /// Access method of a materialized view.
    pub access_method: Option<Ident>,
    /// Tablespace of a materialized view.
    pub tablespace: Option<Ident>,
    /// The index of `CLUSTER ON` of a materialized view.
    pub cluster_on: Option<Ident>,
    /// Columns in order.
    pub columns: Vec<Column>,
}

/// An index that backs no constraint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// The table or materialized view.
    pub table: QualifiedName,
    /// What kind the table is.
    pub table_kind: Kind,
    /// `UNIQUE`.
    pub unique: bool,
    /// On a partitioned table: it holds nothing itself.
    pub partitioned: bool,
    /// `USING btree (a, b DESC) INCLUDE (c) NULLS NOT DISTINCT WHERE ...`, as `pg_get_indexdef()` prints it, without options.
    pub tail: String,
    /// Storage parameters `name=value`, sorted.
    pub options: Vec<String>,
    /// Tablespace; `None` = the database's.
    pub tablespace: Option<Ident>,
    /// Queries may use it.
    pub valid: bool,
    /// The partitioned index it is attached to.
    pub parent: Option<QualifiedName>,
    /// Statistics targets of expression columns: number of the column, target.
    pub statistics: Vec<(i16, i32)>,
}

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// `contype`: `c` check, `f` foreign key, `p` primary key, `u` unique, `x` exclusion.
    pub contype: char,
    /// What kind the table is.
    pub table_kind: Kind,
    /// `pg_get_constraintdef()`, without `NOT VALID`.
    pub definition: String,
    /// `NOT VALID` is not said.
    pub valid: bool,
    /// Also inherited from a parent.
    #[serde(default)]
    pub inherited: bool,
    /// States of the triggers by which a foreign key is kept, where one is not as usual: `D` disabled.
    #[serde(default)]
    pub triggers: Option<String>,
    /// The referenced table.
    pub references: Option<QualifiedName>,
    /// Key columns, of a check those it names.
    pub columns: Vec<Ident>,
    /// Storage parameters of the index behind it.
    pub options: Vec<String>,
    /// Tablespace of the index behind it.
    pub tablespace: Option<Ident>,
    /// The index behind it is not valid (of a partitioned table whose parts are not all attached).
    #[serde(default)]
    pub index_invalid: bool,
    /// The partitioned table's constraint index that the index behind it is attached to.
    pub parent: Option<QualifiedName>,
    /// `COMMENT ON INDEX` of the index behind it.
    #[serde(default)]
    pub index_comment: Option<String>,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// What kind the relation is.
    pub table_kind: Kind,
    /// `pg_get_triggerdef()`.
    pub definition: String,
    /// `tgenabled`: `O` origin, `D` disabled, `R` replica, `A` always.
    pub enabled: char,
    /// A partition's copy of the partitioned table's trigger: only its state can differ.
    #[serde(default)]
    pub cloned: bool,
}

/// A rewrite rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// What kind the relation is.
    pub table_kind: Kind,
    /// `pg_get_ruledef()` without the closing semicolon.
    pub definition: String,
    /// `ev_enabled`, as of triggers.
    pub enabled: char,
}

/// A row-level security policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// `PERMISSIVE`; else `RESTRICTIVE`.
    pub permissive: bool,
    /// `polcmd`: `*` all, `r` select, `a` insert, `w` update, `d` delete.
    pub command: char,
    /// Roles; empty = PUBLIC.
    pub roles: Vec<Ident>,
    /// `USING`.
    pub using: Option<String>,
    /// `WITH CHECK`.
    pub check: Option<String>,
}

/// An extended-statistics object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// The table.
    pub table: QualifiedName,
    /// What kind the table is.
    pub table_kind: Kind,
    /// `pg_get_statisticsobjdef()`.
    pub definition: String,
    /// Statistics target; `None` = the default.
    pub target: Option<i32>,
}

impl super::Object {
    /// The relation it hangs on.
    pub fn on(&self) -> Option<Id> {
        use super::Body::*;
        let relation = |kind: Kind, name: &QualifiedName| Some(Id::new(kind, &name.schema, &name.name));
        match &self.body {
            Constraint(c) => relation(c.table_kind, &self.id.qualified()),
            Trigger(t) => relation(t.table_kind, &self.id.qualified()),
            Rule(r) => relation(r.table_kind, &self.id.qualified()),
            Policy(_) => relation(Kind::Table, &self.id.qualified()),
            Index(i) => relation(i.table_kind, &i.table),
            Statistics(s) => relation(s.table_kind, &s.table),
            _ => None,
        }
    }
}
