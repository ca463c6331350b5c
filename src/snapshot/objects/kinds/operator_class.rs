//! Operator classes: `pg_opclass`.

use serde::{Deserialize, Serialize};

use super::operator_family::{Member, Members};
use super::{Parsed, Reading, parsed};
use crate::error::Result;
use crate::snapshot::objects::Kind;
use crate::snapshot::objects::read::{Head, parse as row_as};

/// An operator class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorClass {
    /// `DEFAULT`.
    pub default: bool,
    /// `FOR TYPE`.
    #[serde(alias = "type")]
    pub for_type: String,
    /// Its family, qualified SQL.
    pub family: String,
    /// `STORAGE`, where it is not the type itself.
    pub storage: Option<String>,
    /// Members for its own type.
    pub members: Vec<Member>,
}

pub(super) const READING: Reading =
    Reading { catalog: "pg_opclass", sql: &[(13, include_str!("../sql/operator_classes.sql"))], list: None, parse };

fn parse(row: &str) -> Result<Parsed> {
    let (head, class): (Head, OperatorClass) = (row_as(row)?, row_as(row)?);
    let (_, aliases) = row_as::<Members>(row)?.split();
    Ok(Parsed { aliases, ..parsed(Kind::OperatorClass, head, class.into()) })
}
