//! Operator families: `pg_opfamily`.

use serde::{Deserialize, Serialize};

use super::{Parsed, Reading, parsed};
use crate::error::Result;
use crate::snapshot::Oid;
use crate::snapshot::objects::Kind;
use crate::snapshot::objects::read::{Head, parse as row_as};

/// An operator family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorFamily {
    /// Members that are no operator class's own.
    pub members: Vec<Member>,
}

/// An operator or support function of a family or class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// A support function; else an operator.
    pub is_function: bool,
    /// Strategy or support number.
    pub number: i16,
    /// Type on the left.
    pub left: String,
    /// Type on the right.
    pub right: String,
    /// The operator's name `app.<`, or the function with the types of its arguments.
    pub calls: String,
    /// The family whose order an ordering operator gives.
    pub sort_family: Option<String>,
}

/// Members as they are read.
#[derive(Deserialize)]
pub(super) struct Members {
    members: Vec<WithOid>,
}

#[derive(Deserialize)]
struct WithOid {
    oid: Oid,
    #[serde(flatten)]
    member: Member,
}

impl Members {
    /// The members, and their own OIDs in their catalogs, under which their dependencies stand.
    pub fn split(self) -> (Vec<Member>, Vec<(&'static str, Oid)>) {
        let catalog = |m: &Member| if m.is_function { "pg_amproc" } else { "pg_amop" };
        self.members.into_iter().map(|m| (m.member.clone(), (catalog(&m.member), m.oid))).unzip()
    }
}

pub(super) const READING: Reading =
    Reading { catalog: "pg_opfamily", sql: &[(13, include_str!("../sql/operator_families.sql"))], list: None, parse };

fn parse(row: &str) -> Result<Parsed> {
    let (head, members): (Head, Members) = (row_as(row)?, row_as(row)?);
    let (members, aliases) = members.split();
    Ok(Parsed { aliases, ..parsed(Kind::OperatorFamily, head, OperatorFamily { members }.into()) })
}
