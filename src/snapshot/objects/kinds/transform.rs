//! Transforms: `pg_transform`. Their names are type and language.

use serde::{Deserialize, Serialize};

use super::{Reading, plain};
use crate::snapshot::objects::Kind;

/// A transform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    /// `FROM SQL WITH FUNCTION`.
    pub from_sql: Option<String>,
    /// `TO SQL WITH FUNCTION`.
    pub to_sql: Option<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_transform",
    sql: &[(13, include_str!("../sql/transforms.sql"))],
    list: None,
    parse: |row| plain::<Transform>(Kind::Transform, row),
};
