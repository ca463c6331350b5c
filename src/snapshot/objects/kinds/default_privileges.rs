//! Default privileges: `pg_default_acl`.

use serde::{Deserialize, Serialize};

use super::{Parsed, Reading, parsed};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::objects::read::{Head, parse as row_as};
use crate::snapshot::objects::{Acl, Id, Kind, Need};

/// What objects that a role makes are granted from the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DefaultPrivileges {
    /// `IN SCHEMA`; such an entry adds to what holds anyway, one without a schema stands in its place.
    pub in_schema: Option<Ident>,
    /// `defaclobjtype`: `r` tables, `S` sequences, `f` functions, `T` types, `n` schemas, `L` large objects.
    pub objtype: char,
    /// The privileges.
    pub privileges: Acl,
}

impl DefaultPrivileges {
    /// What holds where the entry does not exist.
    pub fn without(&self, role: &Ident, major: u32) -> Acl {
        let kind = match self.objtype {
            _ if self.in_schema.is_some() => return Acl::default(),
            'L' => return Acl::parse(&[format!("{role}=rw/")]),
            'r' => Kind::Table,
            'S' => Kind::Sequence,
            'f' => Kind::Function,
            'T' => Kind::Type,
            _ => Kind::Schema,
        };
        Acl::default_of(kind, role, major)
    }
}

pub(super) const READING: Reading =
    Reading { catalog: "pg_default_acl", sql: &[(13, include_str!("../sql/default_privileges.sql"))], list: None, parse };

fn parse(row: &str) -> Result<Parsed> {
    #[derive(Deserialize)]
    struct Row {
        in_schema: Option<Ident>,
        objtype: char,
        privileges: Vec<String>,
    }
    let (head, row): (Head, Row) = (row_as(row)?, row_as(row)?);
    let schema = row.in_schema.as_ref().map(|s| Id::global(Kind::Schema, s));
    let body = DefaultPrivileges { in_schema: row.in_schema, objtype: row.objtype, privileges: Acl::parse(&row.privileges) };
    let mut parsed = parsed(Kind::DefaultPrivileges, head, body.into());
    parsed.object.needs = schema.into_iter().map(|id| Need { id, column: None, own_column: None }).collect();
    Ok(parsed)
}
