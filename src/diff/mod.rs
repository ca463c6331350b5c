//! Two catalogs: what differs, and the statements that make the one into the other.
//!
//! [`compare`] says what differs, [`migrate`] writes it. Neither asks a database.

mod common;
pub mod compare;
mod ddl;
mod decide;
mod describe;
mod draft;
mod graph;
mod migrate;

pub use compare::{Difference, Facet, Scope, What, compare};
pub use describe::{definition, form};
pub use draft::Draft;
pub use migrate::{Options, Step, migrate};

use crate::snapshot::objects::{Id, Object, Objects};

/// Statements that make one object, between these two catalogs: without owner, privileges and comment.
pub fn create_statements(object: &Object, from: &Objects, to: &Objects) -> Vec<Draft> {
    ddl::create(object, &[], &ddl::Context::new(from, to, &Scope::WHOLE))
}

/// Statements that make one object with these constraints inside where it is a table, and its owner, privileges, comments and labels.
pub fn whole_statements(object: &Object, inside: &[&Object], from: &Objects, to: &Objects) -> Vec<Draft> {
    let context = ddl::Context::new(from, to, &Scope::WHOLE);
    let mut drafts = ddl::create(object, inside, &context);
    drafts.extend(common::created(object, &context));
    drafts
}

/// Storage parameters as CREATE TABLE has them: ` WITH (...)`, or nothing.
pub fn with_options(options: &[String]) -> String {
    ddl::options::with(options)
}

/// Owner, privileges, comments and labels of an object that was just made.
pub fn details_statements(object: &Object, from: &Objects, to: &Objects) -> Vec<Draft> {
    common::created(object, &ddl::Context::new(from, to, &Scope::WHOLE))
}

/// Statements that change one object in place; `None` where it must be made anew. Without owner, privileges and comment.
pub fn alter_statements(old: &Object, new: &Object, from: &Objects, to: &Objects) -> Option<Vec<Draft>> {
    ddl::alter(old, new, &ddl::Context::new(from, to, &Scope::WHOLE))
}

/// Statements that drop one object.
pub fn drop_statements(object: &Object, from: &Objects, to: &Objects) -> Vec<Draft> {
    ddl::drop(object, &ddl::Context::new(from, to, &Scope::WHOLE))
}

/// Statements that put a new type in an old one's place, with the columns that use it; and the types that are made anew by that, to be
/// given owner, privileges and comments again.
pub fn replace_statements(old: &Object, new: &Object, from: &Objects, to: &Objects) -> (Vec<Draft>, Vec<Id>) {
    let context = ddl::Context::new(from, to, &Scope::WHOLE);
    (ddl::convert(old, new, &context), ddl::conversion(old, &context).unwrap_or_else(|| vec![old.id.clone()]))
}
