//! An object as SQL that a person reads, and its form without its name.

use super::common;
use super::compare::{Scope, columns_of};
use super::ddl::{self, Context};
use crate::snapshot::objects::{Body, Id, Kind, Objects};

/// All statements that make an object of a catalog, one a line or more; empty where the catalog has none. A relation's constraints are
/// objects of their own.
pub fn definition(id: &Id, catalog: &Objects, scope: &Scope<'_>) -> String {
    let Some(object) = catalog.get(id) else { return String::new() };
    let nothing = Objects { major: catalog.major, ..Objects::default() };
    let mut context = Context::new(&nothing, catalog, scope);
    context.find_serials();
    let mut drafts = ddl::create(object, &[], &context);
    drafts.extend(common::created(object, &context));
    drafts.extend(ddl::late(None, object, &context));
    drafts.iter().map(|d| format!("{};\n", d.sql)).collect()
}

/// What an object is apart from its own name: two that have one form may be one that was renamed.
pub fn form(id: &Id, catalog: &Objects) -> Option<String> {
    if id.kind == Kind::Column {
        let relations = [Kind::Table, Kind::ForeignTable];
        let object = relations.iter().find_map(|kind| catalog.get(&Id::new(*kind, &id.schema, &id.name)))?;
        let mut column = columns_of(&object.body)?.iter().find(|c| c.name == id.part_name())?.clone();
        column.name = "".into();
        return Some(format!("{}|{}", id.name_sql(), serde_json::to_string(&column).ok()?));
    }
    let object = catalog.get(id)?;
    if !matches!(
        object.body,
        Body::Table(_) | Body::View(_) | Body::Index(_) | Body::Constraint(_) | Body::Type(_) | Body::Sequence(_)
    ) {
        return None;
    }
    // a table of no columns is like any other
    if matches!(&object.body, Body::Table(t) if t.columns.is_empty()) {
        return None;
    }
    let near = if id.kind.is_part() { id.name_sql() } else { id.schema.to_string() };
    Some(format!("{near}|{}", serde_json::to_string(&object.body).ok()?))
}
