//! Extensions: `pg_extension`. Their members are not listed.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::ident::Ident;
use crate::snapshot::objects::Kind;

/// An extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// The schema its objects are in.
    #[serde(alias = "extension_schema")]
    pub schema: Ident,
    /// Its version, where that is not the one the server gives by itself.
    pub version: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_extension",
    sql: &[(13, include_str!("../sql/extensions.sql"))],
    list: None,
    parse: |row| plain::<Extension>(Kind::Extension, row),
};
