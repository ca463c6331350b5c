//! Rows of the catalogs as the queries in `sql/` give them.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Policy, SequenceOptions};
use crate::connect::{QueryError, Rows};
use crate::error::{Error, Result};
use crate::ident::{Ident, QualifiedName};
use crate::snapshot::Oid;

/// A row as what it should be.
pub(super) fn parse<T: DeserializeOwned>(row: &str) -> Result<T> {
    // serde quotes the value it stumbled over, which may be the user's: the place must do
    serde_json::from_str(row).map_err(|e| {
        Error::new("cannot read the catalog").because(format!(
            "a row is not as expected ({:?} error at column {}, {})",
            e.classify(),
            e.column(),
            std::any::type_name::<T>()
        ))
    })
}

/// The rows of a message with one SELECT.
pub(super) fn parse_all<T: DeserializeOwned>(rows: &Rows) -> Result<Vec<T>> {
    rows.iter().map(|row| parse(row.map_err(Error::from)?.1)).collect()
}

/// What every row of an object begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub oid: Oid,
    pub schema: Option<Ident>,
    pub name: Ident,
    pub part: Option<String>,
    pub owner: Option<Ident>,
    pub acl: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub oid: Oid,
    pub version: String,
    pub sequence: bool,
}

/// An object of a kind that is read in pieces.
#[derive(Deserialize)]
pub(super) struct Named {
    pub oid: Oid,
    pub name: String,
}

/// Relations and what hangs on them, by the query that gave them.
#[derive(Default)]
pub(super) struct Parts {
    pub relations: Vec<RelationRow>,
    pub columns: Vec<ColumnRow>,
    pub constraints: Vec<ConstraintRow>,
    pub not_nulls: Vec<NotNullRow>,
    pub indexes: Vec<IndexRow>,
    pub triggers: Vec<TextRow>,
    pub rules: Vec<TextRow>,
    pub policies: Vec<PolicyRow>,
    pub statistics: Vec<StatisticsRow>,
}

macro_rules! parts {
    ($($number:literal $field:ident $sql:expr,)*) => {
        impl Parts {
            /// The queries, in the order of their numbers. `$1` are the relations.
            pub(super) fn queries(major: u32) -> Vec<&'static str> {
                let all: [(usize, fn(u32) -> &'static str); 9] = [$(($number, $sql),)*];
                all.iter().map(|(_, sql)| sql(major)).collect()
            }

            /// Puts a row where it belongs.
            fn put(&mut self, number: usize, row: &str) -> Result<()> {
                match number {
                    $($number => self.$field.push(parse(row)?),)*
                    _ => {}
                }
                Ok(())
            }

            pub(super) fn add(&mut self, more: Parts) {
                $(self.$field.extend(more.$field);)*
            }

            /// Leaves out what was read of these relations.
            pub(super) fn forget(&mut self, gone: &dyn Fn(Oid) -> bool) {
                $(self.$field.retain(|row| !gone(row.relation));)*
            }
        }
    };
}

parts! {
    0 relations |_| include_str!("sql/relations.sql"),
    1 columns |major| if major < 14 { include_str!("sql/columns_pg13.sql") } else { include_str!("sql/columns.sql") },
    2 constraints |_| include_str!("sql/constraints.sql"),
    3 indexes |_| include_str!("sql/indexes.sql"),
    4 triggers |_| include_str!("sql/triggers.sql"),
    5 rules |_| include_str!("sql/rules.sql"),
    6 policies |_| include_str!("sql/policies.sql"),
    7 statistics |_| include_str!("sql/statistics.sql"),
    // no such rows before 18: the query finds none
    8 not_nulls |_| include_str!("sql/not_nulls.sql"),
}

impl Parts {
    pub(super) fn of(rows: &Rows) -> Result<Self> {
        let mut parts = Parts::default();
        for row in rows.iter() {
            let (number, row) = row.map_err(|e: QueryError| Error::from(e))?;
            parts.put(number, row)?;
        }
        Ok(parts)
    }
}

#[derive(Deserialize)]
pub(super) struct RelationRow {
    #[serde(rename = "oid")]
    pub relation: Oid,
    pub schema: Ident,
    pub name: Ident,
    pub owner: Ident,
    pub acl: Option<Vec<String>>,
    pub kind: char,
    pub unlogged: bool,
    pub access_method: Option<Ident>,
    pub tablespace: Option<Ident>,
    pub options: Vec<String>,
    pub toast_options: Vec<String>,
    pub replica_identity: char,
    pub row_security: bool,
    pub force_row_security: bool,
    pub parents: Option<Vec<QualifiedName>>,
    pub detach_pending: Option<bool>,
    pub bound: Option<String>,
    pub partition_key: Option<String>,
    pub of_type: Option<QualifiedName>,
    pub server: Option<Ident>,
    pub server_options: Vec<String>,
    pub definition: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ColumnRow {
    pub relation: Oid,
    pub number: i16,
    pub name: Ident,
    #[serde(rename = "type")]
    pub type_name: String,
    pub required: bool,
    pub default: Option<String>,
    pub identity_kind: Option<char>,
    pub more: Option<ColumnMore>,
}

/// What few columns have.
#[derive(Deserialize)]
pub(super) struct ColumnMore {
    pub collation: Option<String>,
    pub generated: Option<char>,
    pub storage: Option<char>,
    pub compression: Option<char>,
    pub statistics: Option<i32>,
    pub options: Vec<String>,
    pub server_options: Vec<String>,
    pub local: bool,
    pub inherited: bool,
    pub acl: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct NotNullRow {
    pub oid: Oid,
    pub relation: Oid,
    pub number: i16,
    pub name: Ident,
    pub no_inherit: bool,
    pub not_valid: bool,
    pub inherited: bool,
}

#[derive(Deserialize)]
pub(super) struct ConstraintRow {
    pub oid: Oid,
    pub relation: Oid,
    pub name: Ident,
    pub contype: char,
    pub definition: String,
    pub valid: bool,
    pub inherited: bool,
    pub triggers: Option<String>,
    pub references: Option<QualifiedName>,
    pub columns: Option<Vec<i16>>,
    pub index: Oid,
}

#[derive(Deserialize)]
pub(super) struct IndexRow {
    pub oid: Oid,
    pub relation: Oid,
    pub name: Ident,
    pub unique: bool,
    pub tail: Option<String>,
    pub more: Option<IndexMore>,
}

/// What few indexes have.
#[derive(Deserialize)]
pub(super) struct IndexMore {
    pub partitioned: bool,
    pub options: Vec<String>,
    pub options_text: Option<String>,
    pub tablespace: Option<Ident>,
    pub valid: bool,
    pub clustered: bool,
    pub replica_identity: bool,
    pub parent: Option<QualifiedName>,
    pub statistics: Option<Vec<(i16, i32)>>,
}

impl Default for IndexMore {
    fn default() -> Self {
        Self {
            partitioned: false,
            options: Vec::new(),
            options_text: None,
            tablespace: None,
            valid: true,
            clustered: false,
            replica_identity: false,
            parent: None,
            statistics: None,
        }
    }
}

/// A trigger or rule.
#[derive(Deserialize)]
pub(super) struct TextRow {
    pub oid: Oid,
    pub relation: Oid,
    pub name: Ident,
    pub definition: String,
    pub enabled: char,
    #[serde(default)]
    pub cloned: bool,
}

#[derive(Deserialize)]
pub(super) struct PolicyRow {
    pub oid: Oid,
    pub relation: Oid,
    pub name: Ident,
    #[serde(flatten)]
    pub policy: Policy,
}

#[derive(Deserialize)]
pub(super) struct StatisticsRow {
    pub oid: Oid,
    pub relation: Oid,
    pub schema: Ident,
    pub name: Ident,
    pub owner: Ident,
    pub definition: String,
    pub target: Option<i32>,
}

#[derive(Deserialize)]
pub(super) struct SequenceRow {
    pub oid: Oid,
    pub schema: Ident,
    pub name: Ident,
    pub owner: Ident,
    pub acl: Option<Vec<String>>,
    pub unlogged: bool,
    pub options: SequenceOptions,
    pub identity: Option<bool>,
    pub owner_table: Option<Oid>,
    pub owner_column: Option<i16>,
}

#[derive(Deserialize)]
pub(super) struct CommentRow {
    pub catalog: Oid,
    pub oid: Oid,
    pub sub: i32,
    pub provider: Option<String>,
    pub text: String,
}

#[derive(Deserialize)]
pub(super) struct NeedRow {
    pub catalog: Oid,
    pub oid: Oid,
    pub sub: i32,
    pub needed_catalog: Oid,
    pub needed: Oid,
    pub needed_sub: i32,
}

#[derive(Deserialize)]
pub(super) struct MemberRow {
    pub catalog: Oid,
    pub oid: Oid,
    pub extension: Ident,
}

#[derive(Default, Deserialize)]
pub(super) struct General {
    pub owner: Ident,
    pub roles: Vec<Ident>,
    pub search_paths: BTreeMap<Ident, String>,
    pub catalogs: HashMap<String, Oid>,
    pub depend_pages: u32,
}
