//! Foreign-data wrappers: `pg_foreign_data_wrapper`.

use serde::{Deserialize, Serialize};

use super::{Parsed, Reading, with_functions};
use crate::error::Result;
use crate::snapshot::objects::Kind;
use crate::snapshot::objects::{Body, secrets};

/// A foreign-data wrapper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignDataWrapper {
    /// `HANDLER`.
    pub handler: Option<String>,
    /// `VALIDATOR`.
    pub validator: Option<String>,
    /// Options `name=value`, sorted; secrets hidden.
    pub options: Vec<String>,
}

pub(super) const READING: Reading = Reading {
    catalog: "pg_foreign_data_wrapper",
    sql: &[(13, include_str!("../sql/foreign_data_wrappers.sql"))],
    list: None,
    parse,
};

fn parse(row: &str) -> Result<Parsed> {
    let mut parsed = with_functions::<ForeignDataWrapper>(Kind::ForeignDataWrapper, row)?;
    if let Body::ForeignDataWrapper(wrapper) = &mut parsed.object.body {
        wrapper.options = secrets::hide(std::mem::take(&mut wrapper.options));
    }
    Ok(parsed)
}
