//! Columns: `pg_attribute`.

use serde::{Deserialize, Serialize};

use super::Oid;
use crate::ident::Ident;

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// `attnum`.
    pub number: i16,
    /// Its name.
    pub name: Ident,
    /// `pg_type.oid`.
    pub type_oid: Oid,
    /// `format_type()`: `character varying(20)`, `timestamp(3) without time zone`.
    pub type_name: String,
    /// Declared NOT NULL.
    pub not_null: bool,
    /// Default or generation expression as `pg_get_expr()` prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `attidentity`: `a` always, `d` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<char>,
    /// `attgenerated`: `s` stored, `v` virtual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<char>,
}
