//! Types that columns use: `pg_type`, as far as operators and widths depend on it.

use serde::{Deserialize, Serialize};

use super::Oid;
use crate::ident::QualifiedName;

/// A type some column has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// `pg_type.oid`.
    pub oid: Oid,
    /// Schema and name.
    pub name: QualifiedName,
    /// `typtype`: `b` base, `e` enum, `d` domain, `c` composite, `r` range, `m` multirange.
    pub kind: char,
    /// `typcategory`: `S` string, `N` number, `D` date, `B` boolean, `E` enum, `A` array, ...
    pub category: char,
    /// `typlen`: bytes, or negative when it varies.
    pub length: i16,
    /// Element type of an array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<Oid>,
    /// Base type of a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Oid>,
    /// Labels of an enum in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}
