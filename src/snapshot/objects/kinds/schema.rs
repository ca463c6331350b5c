//! Schemas: `pg_namespace`.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A schema: it has nothing but name, owner and privileges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {}

pub(super) const READING: Reading = Reading {
    catalog: "pg_namespace",
    sql: &[(13, include_str!("../sql/schemas.sql"))],
    list: None,
    parse: |row| plain::<Schema>(Kind::Schema, row),
};
