//! Objects that hang on no relation, one file and one query per kind.

mod access_method;
mod aggregate;
mod cast;
mod collation;
mod conversion;
mod default_privileges;
mod event_trigger;
mod extension;
mod foreign_data_wrapper;
mod function;
mod language;
mod operator;
mod operator_class;
mod operator_family;
mod publication;
mod schema;
mod server;
mod subscription;
mod text_search_configuration;
mod text_search_dictionary;
mod text_search_parser;
mod text_search_template;
mod transform;
mod types;
mod user_mapping;

use super::read::Head;
use super::{Acl, Body, Id, Kind, Object};
use crate::error::Result;
use crate::ident::Ident;
use crate::snapshot::Oid;

pub use access_method::AccessMethod;
pub use aggregate::Aggregate;
pub use cast::Cast;
pub use collation::Collation;
pub use conversion::Conversion;
pub use default_privileges::DefaultPrivileges;
pub use event_trigger::EventTrigger;
pub use extension::Extension;
pub use foreign_data_wrapper::ForeignDataWrapper;
pub use function::Function;
pub use language::Language;
pub use operator::Operator;
pub use operator_class::OperatorClass;
pub use operator_family::{Member, OperatorFamily};
pub use publication::{Publication, PublishedTable};
pub use schema::Schema;
pub use server::Server;
pub use subscription::Subscription;
pub use text_search_configuration::TextSearchConfiguration;
pub use text_search_dictionary::TextSearchDictionary;
pub use text_search_parser::TextSearchParser;
pub use text_search_template::TextSearchTemplate;
pub use transform::Transform;
pub use types::{Composite, Domain, DomainConstraint, Enum, Range, Type};
pub use user_mapping::UserMapping;

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
    /// Things in it that have comments of their own.
    pub inner: Vec<Inner>,
}

/// Something in an object that has a comment of its own.
pub(super) struct Inner {
    /// Where the comment is found: catalog, OID and number within.
    pub catalog: &'static str,
    pub oid: Oid,
    pub sub: i32,
    /// Where the comment goes: which attribute or constraint.
    pub slot: usize,
}

/// All kinds, in no particular order.
pub(super) const ALL: &[Reading] = &[
    access_method::READING,
    aggregate::READING,
    cast::READING,
    collation::READING,
    conversion::READING,
    default_privileges::READING,
    event_trigger::READING,
    extension::READING,
    foreign_data_wrapper::READING,
    function::READING,
    language::READING,
    operator::READING,
    operator_class::READING,
    operator_family::READING,
    publication::READING,
    schema::READING,
    subscription::READING,
    server::READING,
    text_search_configuration::READING,
    text_search_dictionary::READING,
    text_search_parser::READING,
    text_search_template::READING,
    transform::READING,
    types::READING,
    user_mapping::READING,
];

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
    let id =
        Id { kind, schema: head.schema.unwrap_or_else(|| Ident::new("")), name: head.name, part: head.part.unwrap_or_default() };
    let acl = head.acl.map(|items| Acl::parse(&items));
    let object = Object { id, owner: head.owner, acl, comment: None, labels: Default::default(), needs: Vec::new(), body };
    Parsed { oid: head.oid, object, aliases: Vec::new(), inner: Vec::new() }
}

/// As [`plain`], where the names of several functions stand in an object of their own in the row: `functions`.
pub(super) fn with_functions<B>(kind: Kind, row: &str) -> Result<Parsed>
where
    B: serde::de::DeserializeOwned + Into<Body>,
{
    let mut fields: serde_json::Map<String, serde_json::Value> = super::read::parse(row)?;
    if let Some(serde_json::Value::Object(functions)) = fields.remove("functions") {
        fields.extend(functions);
    }
    plain::<B>(kind, &serde_json::Value::Object(fields).to_string())
}

/// Puts the comment of something inside an object where it belongs; `slot` is what [`Inner`] said.
pub(super) fn put_inner_comment(body: &mut Body, slot: usize, text: String) {
    if let Body::Type(body) = body {
        body.put_comment(slot, text);
    }
}
